import { severities } from '../../rules/define-rule.ts';
import type { Headline, Report, RuleLine, SeverityCounts } from '../report.ts';
import { isPending } from '../key-figures.ts';
import { summarize } from '../summary.ts';
import { change, dayOf, number, plural, prose, shortDayOf, timeOf, usd } from '../words.ts';
import { rect } from './charts/chart.ts';
import { html, type Markup, told, visible } from './markup.ts';
import { chip, ruleAnchor } from './parts.ts';

/** The third that everybody reads: what it is about, one sentence, six numbers, and what to do first. */

const sections = [
  ['first', 'First'],
  ['pictures', 'In pictures'],
  ['deeds', 'What the guard did'],
  ['findings', 'Findings'],
  ['keys', 'Keys'],
  ['controls', 'Controls'],
  ['exceptions', 'Waivers and approvals'],
  ['coverage', 'Coverage and gaps'],
  ['reading', 'How to read this'],
] as const;
const navigation = html`<nav aria-label="Sections"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
`;

const kinds = {
  daily: 'Daily report',
  weekly: 'Weekly report',
  monthly: 'Monthly report',
  'on-demand': 'Report',
} as const;

export const head = (report: Report): Markup => {
  const { title, period, generatedAt } = report;
  const { tone, sentence, more } = summarize(report);
  return html`<header><div class="head"><div>
<p class="brand">kms-guard · compliance of AWS KMS keys</p>
<h1>${told(title, 120)}</h1>
<p class="when">${kinds[period.kind]}, ${daysOf(period)} · made ${timeOf(generatedAt)}</p>
</div><div class="tools needs-script"><button type="button" id="theme">Dark</button><button type="button" id="print">Print</button></div></div></header>
${navigation}<main id="main"><section class="verdict ${tone}" aria-label="In one sentence"><p class="sentence">${sentence}</p>${more.length === 0 ? null : html`<ul>${more.map((text) => html`<li>${text}</li>`)}</ul>`}</section>
`;
};

const daysOf = ({ from, to }: Report['period']): string =>
  dayOf(from) === dayOf(to) ? dayOf(to) : `${dayOf(from)} to ${dayOf(to)}`;

export const cards = (report: Report): Markup => html`<h2 class="unseen">The numbers</h2><ul class="cards">
${openCard(report)}${rotationCard(report)}${deletionCard(report)}${keysCard(report.headline)}${unusedCard(report)}${coverageCard(report)}
</ul>
`;

type Card = { readonly name: string; readonly value: Markup | null; readonly more: Markup };

const card = ({ name, value, more }: Card): Markup =>
  html`<li class="card"><h3>${name}</h3>${value === null ? html`<div class="value unknown">not known</div>` : html`<div class="value">${value}</div>`}${more}</li>\n`;

type Better = 'more' | 'less' | 'neither';

const delta = (by: number | null, { comparedAt }: Headline, better: Better, unit = ''): Markup | null => {
  if (by === null || comparedAt === null) return null;
  const good = better === 'more' ? by > 0 : by < 0;
  const kind = by === 0 || better === 'neither' ? '' : good ? ' better' : ' worse';
  return html`<span class="delta${kind}">${change(by, unit)}</span> since ${dayOf(comparedAt)}`;
};

const openCard = ({ headline, sweep }: Report): Markup => {
  const { open, openTotal, undetermined, openChange } = headline;
  const worst = severities.toReversed().filter((severity) => open[severity] > 0);
  const texts = worst.slice(0, 3).map((severity) => `${number(open[severity])} ${severity}`);
  const about =
    sweep === null ? `${texts.join(', ')} known from events and earlier sweeps`.trim() : texts.join(', ') || 'none';
  const undecided = undetermined === 0 ? null : html`<p>${number(undetermined)} more could not be decided</p>`;
  return card({
    name: sweep === null ? 'Open findings, as far as known' : 'Open findings',
    value: sweep === null && openTotal === 0 ? null : html`${number(openTotal)}`,
    more: html`${split(open)}<p>${about}</p>${undecided}<p>${delta(openChange, headline, 'less')}</p>`,
  });
};

const split = (open: SeverityCounts): Markup | null => {
  const total = severities.reduce((sum, severity) => sum + open[severity], 0);
  if (total === 0) return null;
  let x = 0;
  const bars = severities.toReversed().map((severity) => {
    const width = (open[severity] / total) * 300;
    const bar = width === 0 ? null : rect(severity, { x, y: 0, width: Math.max(1, width - 1.5), height: 8 }, 0);
    x += width;
    return bar;
  });
  return html`<svg class="split" viewBox="0 0 300 8" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
};

/** Why a number is not known. */
const noneWhy = ({ sweep, keys }: Report, otherwise: string): string => {
  if (sweep === null) return 'no sweep ended in this period';
  return keys === null ? 'the keys are not in this report' : otherwise;
};

const rotationCard = (report: Report): Markup => {
  const { headline, sweep, figures } = report;
  const { rotationPercent, rotationChange } = headline;
  const unread = figures?.rotation.unread ?? 0;
  // A Region that was not read may hide keys that do not rotate: no change is good then.
  const better = sweep?.state === 'complete' ? 'more' : 'neither';
  return card({
    name: 'Keys that rotate',
    value: rotationPercent === null ? null : html`${number(rotationPercent)}<small>%</small>`,
    more: html`<p>${rotationPercent === null ? noneWhy(report, 'no key of a kind that KMS rotates') : 'of those that KMS can rotate'}</p>${unread === 0 ? null : html`<p>${number(unread)} could not be read and ${unread === 1 ? 'counts' : 'count'} as off</p>`}<p>${delta(rotationChange, headline, better, ' points')}</p>`,
  });
};

/** Rules that say of a key that it should not be deleted, or cannot tell. */
const deletionRules: ReadonlySet<string> = new Set(['deletion-scheduled', 'pending-key-needed']);

const deletionCard = ({ keys, figures, findings }: Report): Markup => {
  const pending = keys?.filter(isPending) ?? null;
  const doubtful = new Set(
    findings.flatMap(({ keyArn, rule, status }) => (status === 'open' && deletionRules.has(rule) ? [keyArn] : [])),
  );
  const first = figures?.pendingDeletions.find(({ deletionDate }) => deletionDate !== null)?.deletionDate ?? null;
  const flagged = pending?.filter(({ keyArn }) => doubtful.has(keyArn)).length ?? 0;
  const proof = flagged === 0 ? 'each approved, waived or proven unneeded' : `${number(flagged)} not proven unneeded`;
  return card({
    name: 'Keys waiting for deletion',
    value: pending === null ? null : html`${number(pending.length)}`,
    more:
      pending === null
        ? html`<p>the keys are not in this report</p>`
        : pending.length === 0
          ? html`<p>nothing is about to be lost</p>`
          : html`<p>${proof}</p><p>${first === null ? null : html`first on <span class="delta">${dayOf(first)}</span>`}</p>`,
  });
};

const keysCard = (headline: Headline): Markup =>
  card({
    name: 'Keys looked at',
    value: headline.keys === null ? null : html`${number(headline.keys)}`,
    more: html`<p>${headline.keys === null ? 'no sweep ended in this period' : 'customer managed keys'}</p><p>${delta(headline.keysChange, headline, 'neither')}</p>`,
  });

const unusedCard = ({ figures, rules }: Report): Markup => {
  const name = 'Unused keys cost a month';
  if (figures === null) return card({ name, value: null, more: html`<p>the keys are not in this report</p>` });
  const { unusedTotal: total } = figures;
  const undecided = rules.find(({ id }) => id === 'key-unused')?.undetermined ?? 0;
  const isPriced = total.keys === 0 || total.unpriced < total.keys;
  return card({
    name,
    value: isPriced ? html`${usd(total)}` : null,
    more: html`<p>${plural(total.keys, 'key')} that nobody used for long, at list price</p>${total.unpriced === 0 ? null : html`<p>of ${number(total.unpriced)} the price is not known</p>`}${undecided === 0 ? null : html`<p>${number(undecided)} more could not be decided</p>`}`,
  });
};

const coverageCard = ({ coverage: { regions, accounts, unreadableKeys }, sweep }: Report): Markup => {
  const all = regions.complete + regions.partial + regions.unreadable;
  const unseen = all - regions.complete;
  return card({
    name: 'Regions read in full',
    value: sweep === null ? null : html`${number(regions.complete)}<small> of ${number(all)}</small>`,
    more:
      sweep === null
        ? html`<p>no sweep ended in this period</p>`
        : html`<p>in ${plural(accounts.length, 'account')}, on ${shortDayOf(sweep.finishedAt)}</p><p>${unseen + unreadableKeys.length === 0 ? 'all that the sweep was to read' : html`<a href="#coverage">what is missing</a>`}</p>`,
  });
};

const mostTodo = 5;

/** What a person should do first: rules, not single keys, for one cause is mended once. */
export const attention = ({ rules, sweep }: Report): Markup => {
  const open = rules.filter(({ open: count }) => count > 0);
  const grave = open.filter(({ worst }) => worst === 'critical' || worst === 'high');
  const shown = (grave.length >= 3 ? grave : open).slice(0, mostTodo);
  return html`<section id="first" aria-labelledby="first-h"><h2 id="first-h">What to do first</h2>
${shown.length === 0 ? html`<p class="lead">${sweep === null ? 'Find out why no sweep ended: without one nobody knows.' : sweep.keys === 0 ? 'See that the sweep reads the right accounts and Regions: it found no key.' : 'No finding is open.'}</p>` : html`<p class="lead">The gravest causes, each with all its keys further down.</p><ol class="todo">${shown.map(todo)}</ol>`}
</section>
`;
};

/** The rest stands with the rule. */
const firstSentence = (text: string): string => /^.*?[.!](?=\s|$)/s.exec(text)?.[0] ?? text;

const todo = ({ id, title, worst, open, remediation }: RuleLine): Markup =>
  html`<li><span>${worst === null ? null : chip(worst)}</span><a href="#${ruleAnchor(id)}">${visible(title, 200)}</a><span class="count">${plural(open, 'finding')}</span><p>${told(prose(firstSentence(remediation)), 300)}</p></li>\n`;
