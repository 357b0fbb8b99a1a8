import { scaleLinear } from 'd3-scale';
import { severities } from '../../../rules/define-rule.ts';
import { nameOf } from '../../coverage.ts';
import type { AccountFindings, Report } from '../../report.ts';
import { number, plural } from '../../words.ts';
import { html, type Markup, visible } from '../markup.ts';
import { shownAccount } from '../parts.ts';
import { figure, label, rect, undrawn } from './chart.ts';

const size = { width: 560, left: 150, right: 50, row: 30 };
const title = 'Open findings by account';
const mostRows = 8;
const mostNumbers = 200;
const worstFirst = severities.toReversed();

/** Where the work is: the accounts with the most open findings. */
export const accountsChart = ({ accounts, accountNames, sweep }: Report): Markup => {
  const [first] = accounts;
  if (first === undefined)
    return undrawn(title, sweep === null ? 'No sweep ended in this period.' : 'No finding is open.');
  const shown = accounts.slice(0, mostRows);
  const x = scaleLinear([0, first.total], [size.left, size.width - size.right]);
  const nameFor = (account: string): string => nameOf(accountNames, account) ?? account;
  const rows = shown.map((account, at) => {
    const y = 6 + at * size.row;
    const name = nameFor(account.account);
    const short = name.length > 18 ? `${name.slice(0, 17)}…` : name;
    return html`${label(short, [size.left - 12, y + 15], 'end')}${bars(account, { x, y })}${label(number(account.total), [x(account.total) + 8, y + 15], 'start', 'value')}`;
  });
  const rest = accounts.length - shown.length;
  return figure({
    id: 'accounts',
    title,
    says: `${visible(nameFor(first.account), 60)} has the most: ${number(first.total)}.${rest > 0 ? ` ${plural(rest, 'more account')} ${rest === 1 ? 'is' : 'are'} in the ${accounts.length > mostNumbers ? 'JSON of this report' : 'numbers'}.` : ''}`,
    width: size.width,
    height: 8 + shown.length * size.row,
    drawing: html`${rows}`,
    legend: worstFirst.map((severity) => ({ mark: severity, text: severity })),
    numbers: {
      caption: `Open findings by account and severity${accounts.length > mostNumbers ? `: the first ${mostNumbers} accounts` : ''}`,
      head: ['Account', ...worstFirst, 'total'],
      rows: accounts
        .slice(0, mostNumbers)
        .map(({ account, open, total }) => [
          shownAccount(account, nameOf(accountNames, account)),
          ...worstFirst.map((severity) => number(open[severity])),
          number(total),
        ]),
      numeric: [1, 2, 3, 4, 5, 6],
    },
  });
};

type Place = { readonly x: (count: number) => number; readonly y: number };

const bars = ({ open }: AccountFindings, { x, y }: Place): readonly Markup[] => {
  let from = 0;
  return worstFirst.flatMap((severity) => {
    const start = from;
    from += open[severity];
    return open[severity] === 0 ? [] : [rect(severity, { x: x(start), y, width: x(from) - x(start), height: 20 }, 1)];
  });
};
