import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import { severities, type Severity } from '../../../rules/define-rule.ts';
import type { TrendPoint } from '../../report-input.ts';
import { change, dayOf, number, shortDayOf } from '../../words.ts';
import { html, type Markup } from '../markup.ts';
import { figure, label, line, rect, sparse, undrawn } from './chart.ts';

const size = { width: 560, height: 262, left: 60, right: 22, top: 28, bottom: 30 };
const title = 'Open findings over time';
const mostPoints = 31;
const mostTotals = 12;
/** From the base line up: what matters most stands on it, where lengths compare best. */
const worstFirst = severities.toReversed();

type Read = TrendPoint & { readonly open: NonNullable<TrendPoint['open']> };
const isRead = (point: TrendPoint): point is Read => point.open !== null;
const sum = (open: Read['open']): number => severities.reduce((total, severity) => total + open[severity], 0);

/** Findings by severity, one bar a report; a report without a sweep is hatched, never empty. */
export const findingsChart = (trend: readonly TrendPoint[]): Markup => {
  const points = trend.slice(-mostPoints);
  const read = points.filter(isRead);
  if (read.length === 0) return undrawn(title, 'No sweep ended in this period, and no earlier report is at hand.');
  const x = scaleBand<number>()
    .domain(points.map((_, at) => at))
    .range([size.left, size.width - size.right])
    .paddingInner(0.35)
    .paddingOuter(0.15);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...read.map(({ open }) => sum(open)))])
    .nice(4)
    .range([size.height - size.bottom, size.top]);
  const width = Math.min(x.bandwidth(), 46);
  const xOf = (at: number): number => (x(at) ?? 0) + (x.bandwidth() - width) / 2;
  const shown = sparse(points.length, 9);
  const isPartial = ({ sweep }: TrendPoint): boolean => sweep === 'partial';
  const drawing = html`${hatch}${label('open findings', [0, 11])}${y
    .ticks(4)
    .filter(Number.isInteger)
    .map((tick) => gridLine(tick, y(tick)))}${points.map((point, at) =>
    point.open === null ? missingBar(xOf(at), width) : null,
  )}${bars(points, { xOf, y, width })}${points.map((point, at) =>
    isRead(point) ? totalOf(point, [xOf(at) + width / 2, y(sum(point.open)) - 5], points.length) : null,
  )}${points.map((point, at) =>
    shown(at) ? label(shortDayOf(point.at), [xOf(at) + width / 2, size.height - 10], 'middle') : null,
  )}`;
  return figure({
    id: 'findings',
    title,
    says: saysOf(points, read),
    ...size,
    drawing,
    legend: [
      ...worstFirst.map((severity) => ({ mark: severity, text: severity })),
      ...(read.length < points.length ? [{ mark: 'hatched', text: 'no sweep: not known' }] : []),
      ...(points.some(isPartial) ? [{ mark: 'none', text: '* not everything could be read' }] : []),
    ],
    numbers: numbersOf(points),
  });
};

const hatch = html`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>`;

const gridLine = (tick: number, y: number): Markup =>
  html`${line('grid', [size.left, y], [size.width - size.right, y])}${label(number(tick), [size.left - 8, y + 4], 'end')}`;

/** Above its bar, where there is room for it; a star where the sweep could not read everything. */
const totalOf = ({ open, sweep }: Read, place: readonly [number, number], bars: number): Markup =>
  label(`${bars <= mostTotals ? number(sum(open)) : ''}${sweep === 'partial' ? '*' : ''}`, place, 'middle', 'value');

const missingBar = (x: number, width: number): Markup =>
  rect('missing', { x, y: size.top, width, height: size.height - size.bottom - size.top });

type Scales = {
  readonly xOf: (at: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
};

const bars = (points: readonly TrendPoint[], { xOf, y, width }: Scales): readonly Markup[] => {
  const none = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  const layers = stack<TrendPoint, Severity>()
    .keys(worstFirst)
    .value(({ open }, severity) => (open ?? none)[severity])([...points]);
  return layers.flatMap((layer) =>
    layer.flatMap(([from, to], at) =>
      to > from ? [rect(layer.key, { x: xOf(at), y: y(to), width, height: y(from) - y(to) }, 1)] : [],
    ),
  );
};

const saysOf = (points: readonly TrendPoint[], read: readonly Read[]): string => {
  const [first] = read;
  const last = read.at(-1);
  if (first === undefined || last === undefined) return '';
  const missing = points.length - read.length;
  const gap = missing === 0 ? '' : ` Before ${missing === 1 ? 'one' : missing} of these reports no sweep had ended.`;
  const now = `${number(sum(last.open))} are open on ${dayOf(last.at)}, ${number(last.open.critical)} of them critical`;
  return first === last
    ? `${now}. There is no earlier report to compare with.${gap}`
    : `${now}: ${change(sum(last.open) - sum(first.open))} since ${dayOf(first.at)}.${gap}`;
};

const numbersOf = (points: readonly TrendPoint[]) => ({
  caption: 'Open findings by report and severity',
  head: ['Report of', ...worstFirst, 'total', 'sweep'],
  rows: points.map(({ at, open, sweep }) => [
    dayOf(at),
    ...worstFirst.map((severity) => (open === null ? 'not known' : number(open[severity]))),
    open === null ? 'not known' : number(sum(open)),
    sweep,
  ]),
  numeric: [1, 2, 3, 4, 5, 6],
});
