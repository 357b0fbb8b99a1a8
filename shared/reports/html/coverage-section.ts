import type { AccountCoverage, Report } from '../report.ts';
import { number, plural, timeOf, withTimes } from '../words.ts';
import { html, type Markup, told } from './markup.ts';
import { empty, left, mark, shownAccount, table, where } from './parts.ts';

const most = 300;
const marks = {
  complete: mark('good', 'complete'),
  partial: mark('warn', 'in part'),
  unreadable: mark('bad', 'not read'),
};

/** What was looked at, and what not: a report that hides its gaps proves nothing. */
export const coverageSection = (
  report: Report,
): Markup => html`<section id="coverage" aria-labelledby="coverage-h"><h2 id="coverage-h">Coverage and gaps</h2>
<p class="lead">${lead(report)}</p>
${absent(report)}${accounts(report)}${gaps(report)}${undecided(report)}${keys(report)}${heartbeats(report)}</section>
`;

const lead = ({ sweep, coverage: { lastUseDeferred } }: Report): string => {
  if (sweep === null) return 'No sweep ended in this period. Nothing here says that the keys are in order.';
  const calls = Object.values(sweep.apiCalls).reduce((sum, count) => sum + count, 0);
  const deferred =
    lastUseDeferred === 0
      ? ''
      : ` ${plural(lastUseDeferred, 'key')} will be asked for their last use in a later night.`;
  return `The sweep ran from ${timeOf(sweep.startedAt)} to ${timeOf(sweep.finishedAt)} and made ${number(calls)} calls. A key that could not be read is not called compliant.${deferred}`;
};

const absent = ({ absent: parts }: Report): Markup | null =>
  parts.length === 0
    ? null
    : html`<div class="absent"><p>Not in this report</p><ul>${parts.map(({ part, why }) => html`<li>${part}: ${why}.</li>`)}</ul></div>\n`;

const accounts = ({ coverage: { accounts: all } }: Report): Markup | null => {
  if (all.length === 0) return null;
  const rows = all
    .slice(0, most)
    .map((account) => [
      shownAccount(account.account, account.name),
      marks[account.state],
      number(account.keys),
      regionsOf(account),
    ]);
  return html`${table({ caption: 'Accounts', head: ['Account', 'Read', 'Keys', 'Regions read in full'], rows, numeric: [2, 3] })}${left(most, all.length, 'accounts')}`;
};

const regionsOf = ({ regions }: AccountCoverage): string =>
  `${number(regions.filter(({ state }) => state === 'complete').length)} of ${number(regions.length)}`;

const gaps = ({ coverage: { accounts: all } }: Report): Markup | null => {
  const open = all.flatMap(({ name, regions }) =>
    regions.filter(({ state }) => state !== 'complete').map((region) => ({ ...region, name })),
  );
  if (open.length === 0) return null;
  const rows = open
    .slice(0, most)
    .map(({ account, name, region, state, reason }) => [
      shownAccount(account, name),
      where(region),
      marks[state],
      told(withTimes(reason ?? 'no reason was given'), 600),
    ]);
  return html`${table({ caption: 'Regions that were not read in full', head: ['Account', 'Region', 'Read', 'Why'], rows })}${left(most, open.length, 'Regions')}`;
};

const undecided = ({ coverage: { undecided: all } }: Report): Markup | null => {
  if (all.length === 0) return null;
  const rows = all
    .slice(0, most)
    .map(({ title, keys: count, why }) => [told(title, 200), number(count), told(withTimes(why), 400)]);
  return html`${table({ caption: 'Rules that could not decide', head: ['Rule', 'Verdicts', 'The commonest reason'], rows, numeric: [1] })}`;
};

const keys = ({ coverage: { unreadableKeys: all } }: Report): Markup | null => {
  if (all.length === 0) return null;
  const rows = all
    .slice(0, most)
    .map(({ keyArn, lacks }) => [
      html`<span class="id arn">${told(keyArn, 200)}</span>`,
      told(lacks.map(({ permission }) => permission ?? 'none').join(', '), 200),
      told(withTimes(lacks.map(({ reason }) => reason).join('; ')), 600),
    ]);
  return html`${table({ caption: 'Keys that could not be read in full', head: ['Key', 'Missing permission', 'Why'], rows })}${left(most, all.length, 'keys')}`;
};

const heartbeats = ({ coverage: { heartbeatGaps: all, hoursWithoutHeartbeat } }: Report): Markup => {
  if (all === null || hoursWithoutHeartbeat === null)
    return html`${empty('Heartbeats are not in this report: whether events arrived at all times is not known.')}`;
  if (all.length === 0)
    return html`${empty('Heartbeats arrived in every hour of the period: the path of events was alive.')}`;
  const rows = all.slice(0, most).map(({ from, to }) => [timeOf(from), timeOf(to)]);
  const hours = Math.ceil(hoursWithoutHeartbeat);
  return html`${table({ caption: `Without heartbeat for ${plural(hours, 'hour')}: events may have been lost there`, head: ['From', 'To'], rows })}${left(most, all.length, 'gaps')}`;
};
