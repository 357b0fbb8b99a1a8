import { scaleLinear } from 'd3-scale';
import { nameOf } from '../../coverage.ts';
import type { Figures } from '../../report.ts';
import { number, plural, usd } from '../../words.ts';
import { html, type Markup } from '../markup.ts';
import { shownAccount } from '../parts.ts';
import { figure, label, rect, undrawn } from './chart.ts';

const size = { width: 560, left: 150, right: 96, row: 30 };
const title = 'What unused keys cost a month';
const mostRows = 7;
const mostNumbers = 200;

type Unused = Pick<Figures, 'unused' | 'unusedTotal'> & { readonly accountNames: Readonly<Record<string, string>> };
type Bar = { readonly name: string; readonly usdFrom: number; readonly usdTo: number };

export const unusedChart = (unused: Unused | null): Markup => {
  if (unused === null) return undrawn(title, 'The keys are not in this report.');
  const { unusedTotal, accountNames } = unused;
  if (unusedTotal.keys === 0) return undrawn(title, 'Nothing: no key is proven unused.');
  const bars = barsOf(unused);
  const x = scaleLinear([0, Math.max(1, ...bars.map(({ usdTo }) => usdTo))], [size.left, size.width - size.right]);
  const rows = bars.map((bar, at) => {
    const y = 6 + at * size.row;
    const spread =
      bar.usdTo > bar.usdFrom
        ? rect('spread', { x: x(bar.usdFrom), y, width: x(bar.usdTo) - x(bar.usdFrom), height: 20 })
        : null;
    return html`${label(bar.name, [size.left - 12, y + 15], 'end')}${rect('accent', { x: size.left, y, width: x(bar.usdFrom) - size.left, height: 20 })}${spread}${label(usd(bar), [x(bar.usdTo) + 8, y + 15], 'start', 'value')}`;
  });
  return figure({
    id: 'unused',
    title,
    says: `${plural(unusedTotal.keys, 'key')} that nobody used for long cost ${usd(unusedTotal)} a month at list price${unpriced(unusedTotal.unpriced)}.`,
    width: size.width,
    height: 8 + bars.length * size.row,
    drawing: html`${rows}`,
    numbers: {
      caption: `Unused keys and their price by account${unused.unused.length > mostNumbers ? `: the first ${mostNumbers} accounts` : ''}`,
      head: ['Account', 'unused keys', 'a month'],
      rows: unused.unused
        .slice(0, mostNumbers)
        .map((each) => [shownAccount(each.account, nameOf(accountNames, each.account)), number(each.keys), usd(each)]),
      numeric: [1, 2],
    },
  });
};

const unpriced = (count: number): string => (count === 0 ? '' : `; of ${number(count)} the price is not known`);

const barsOf = ({ unused, accountNames }: Unused): readonly Bar[] => {
  const most = unused.length > mostRows ? mostRows - 1 : mostRows;
  const rest = unused.slice(most);
  const named = unused.slice(0, most).map(({ account, usdFrom, usdTo }) => {
    const name = nameOf(accountNames, account) ?? account;
    return { name: name.length > 18 ? `${name.slice(0, 17)}…` : name, usdFrom, usdTo };
  });
  if (rest.length === 0) return named;
  const sum = (of: 'usdFrom' | 'usdTo'): number => rest.reduce((total, each) => total + each[of], 0);
  return [...named, { name: `${number(rest.length)} other accounts`, usdFrom: sum('usdFrom'), usdTo: sum('usdTo') }];
};
