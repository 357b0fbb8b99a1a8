import { scaleLinear } from 'd3-scale';
import { type Figures, type LastUseSpan, lastUseSpans } from '../../report.ts';
import { number } from '../../words.ts';
import { html, type Markup } from '../markup.ts';
import { figure, label, rect, undrawn } from './chart.ts';

const size = { width: 560, left: 168, right: 60, row: 28 };
const title = 'Keys by last use';

const names: Readonly<Record<LastUseSpan, string>> = {
  week: 'in the last 7 days',
  month: '8 to 30 days ago',
  quarter: '31 to 90 days ago',
  year: '91 days to a year ago',
  older: 'more than a year ago',
  never: 'never used',
  untracked: 'not on record',
  unread: 'not read',
};
const marks: Readonly<Record<LastUseSpan, string>> = {
  week: 'good',
  month: 'good',
  quarter: 'good',
  year: 'medium',
  older: 'medium',
  never: 'high',
  untracked: 'info',
  unread: 'info',
};

/** Whole words for each span: the three ways of "not used" are never one. */
export const lastUseChart = (lastUse: Figures['lastUse'] | null): Markup => {
  if (lastUse === null) return undrawn(title, 'The keys are not in this report.');
  if (Object.values(lastUse).every((count) => count === 0)) return undrawn(title, 'No customer managed key was found.');
  const x = scaleLinear([0, Math.max(1, ...Object.values(lastUse))], [size.left, size.width - size.right]);
  const rows = lastUseSpans.map((span, at) => {
    const y = 6 + at * size.row;
    const end = x(lastUse[span]);
    return html`${label(names[span], [size.left - 12, y + 15], 'end')}${rect(marks[span], { x: size.left, y, width: Math.max(end - size.left, lastUse[span] > 0 ? 2 : 0), height: 20 })}${label(number(lastUse[span]), [end + 8, y + 15], 'start', 'value')}`;
  });
  const used = lastUse.week + lastUse.month + lastUse.quarter;
  return figure({
    id: 'last-use',
    title,
    says: `${number(used)} ${used === 1 ? 'was' : 'were'} used within 90 days, ${number(lastUse.never)} never since they were made. For ${number(lastUse.untracked)} AWS has no record: they are older than it, which is not the same as unused.`,
    width: size.width,
    height: 8 + lastUseSpans.length * size.row,
    drawing: html`${rows}`,
    numbers: {
      caption: 'Keys by the time of their last use',
      head: ['Last use', 'keys'],
      rows: lastUseSpans.map((span) => [names[span], number(lastUse[span])]),
      numeric: [1],
    },
  });
};
