import { scaleTime } from 'd3-scale';
import { nameOf } from '../../coverage.ts';
import { spanOf } from '../../key-figures.ts';
import type { Figures, PendingDeletion } from '../../report.ts';
import { dayOf, number, plural, shortDayOf } from '../../words.ts';
import { html, type Markup, told } from '../markup.ts';
import { keyName, shownAccount } from '../parts.ts';
import { figure, label, line, undrawn } from './chart.ts';

const size = { width: 560, left: 150, right: 66, row: 26, axis: 30 };
const title = 'Keys waiting for deletion';
const day = 86_400_000;
const mostRows = 9;
const mostNumbers = 100;

type Deletions = {
  readonly pending: Figures['pendingDeletions'];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly accountNames: Readonly<Record<string, string>>;
};

/** One line a key, from today to the day after which nothing brings it back. */
export const deletionsChart = (deletions: Deletions | null): Markup => {
  if (deletions === null) return undrawn(title, 'The keys are not in this report.');
  const { pending, now } = deletions;
  if (pending.length === 0) return undrawn(title, 'None: no key is waiting to be deleted.');
  const dated = pending.filter(isDated).slice(0, mostRows);
  const last = Math.max(now + 30 * day, ...dated.map(({ deletionDate }) => Date.parse(deletionDate)));
  const x = scaleTime([new Date(now), new Date(last)], [size.left, size.width - size.right]);
  const bottom = 6 + dated.length * size.row;
  const ticks = [0, 7, 14, 21, 28].map((days) => new Date(now + days * day));
  const drawing = html`${ticks.map((tick) => html`${line('grid', [x(tick), 0], [x(tick), bottom])}${label(shortDayOf(tick.toISOString()), [x(tick), bottom + 18], 'middle')}`)}${dated.map((key, at) => row(key, { y: 6 + at * size.row + size.row / 2, now, x }))}`;
  const inUse = pending.filter((key) => isInUse(key, now)).length;
  return figure({
    id: 'deletions',
    title,
    says: saysOf(pending, inUse),
    width: size.width,
    height: bottom + size.axis,
    drawing,
    legend: [
      { mark: 'critical', text: 'used within 90 days' },
      { mark: 'info', text: 'no such use on record' },
      ...(pending.length > dated.length
        ? [{ mark: 'none', text: `and ${number(pending.length - dated.length)} more` }]
        : []),
    ],
    numbers: numbersOf(deletions),
  });
};

type Dated = PendingDeletion & { readonly deletionDate: string };
const isDated = (key: PendingDeletion): key is Dated =>
  key.deletionDate !== null && !Number.isNaN(Date.parse(key.deletionDate));

const isInUse = ({ lastUse }: PendingDeletion, now: number): boolean =>
  ['week', 'month', 'quarter'].includes(spanOf(lastUse, now));

type Place = { readonly y: number; readonly now: number; readonly x: (date: Date) => number };

const row = (key: Dated, { y, now, x }: Place): Markup => {
  const end = x(new Date(key.deletionDate));
  const mark = isInUse(key, now) ? 'critical' : 'info';
  const name = keyName(key.keyArn, key.aliases).replace(/^alias\//, '');
  const short = name.length > 18 ? `${name.slice(0, 17)}…` : name;
  return html`${label(short, [size.left - 12, y + 4], 'end')}${line(`stem ${mark}`, [size.left, y], [end, y])}<circle class="${mark}" cx="${Math.round(end)}" cy="${Math.round(y)}" r="5"/>${label(shortDayOf(key.deletionDate), [end + 10, y + 4], 'start', 'value')}`;
};

const saysOf = (pending: readonly PendingDeletion[], inUse: number): string => {
  const first = pending.find(isDated);
  const when = first === undefined ? '' : ` The first is deleted on ${dayOf(first.deletionDate)}.`;
  const used =
    inUse === 0 ? 'none was used in the 90 days before' : `${number(inUse)} of them used in the 90 days before`;
  return `${plural(pending.length, 'key')}, ${used}.${when} What is encrypted under a deleted key is lost for ever.`;
};

const numbersOf = ({ pending, now, accountNames }: Deletions) => ({
  caption:
    pending.length > mostNumbers ? `The first ${mostNumbers} keys to be deleted` : 'Keys to be deleted, soonest first',
  head: ['Key', 'account', 'Region', 'deleted on', 'used within 90 days'],
  rows: pending
    .slice(0, mostNumbers)
    .map((key) => [
      told(keyName(key.keyArn, key.aliases), 80),
      shownAccount(key.account, nameOf(accountNames, key.account)),
      told(key.region, 40),
      key.deletionDate === null ? 'when its replicas are gone' : dayOf(key.deletionDate),
      isInUse(key, now) ? 'yes' : 'not on record',
    ]),
});
