import { scaleLinear, scalePoint } from 'd3-scale';
import { area, line as lineOf } from 'd3-shape';
import { percentOf } from '../../aggregate.ts';
import type { TrendPoint } from '../../report-input.ts';
import type { Figures } from '../../report.ts';
import { dayOf, number, plural, shortDayOf } from '../../words.ts';
import { html, type Markup } from '../markup.ts';
import { figure, label, line, rect, sparse, undrawn } from './chart.ts';

const size = { width: 560, height: 250, left: 48, right: 26, top: 56, bottom: 30 };
const title = 'Rotation coverage';
const mostPoints = 31;

type Rotation = Figures['rotation'];
type Spot = { readonly at: string; readonly percent: number | null };

/** What rotates now, as one bar, and the share of it over time; a report without a sweep breaks the line. */
export const rotationChart = (rotation: Rotation | null, trend: readonly TrendPoint[]): Markup => {
  const spots = trend.slice(-mostPoints).map(({ at, rotation: seen }) => ({ at, percent: percentOf(seen) }));
  if (rotation === null) return undrawn(title, 'The keys are not in this report.');
  if (rotation.on + rotation.off + rotation.unread === 0)
    return undrawn(title, 'No key here is of a kind that KMS rotates.');
  const hasPast = spots.filter(({ percent }) => percent !== null).length > 1;
  return figure({
    id: 'rotation',
    title,
    says: saysOf(rotation),
    width: size.width,
    height: hasPast ? size.height : 34,
    drawing: html`${nowBar(rotation, hasPast ? size.left : 0)}${hasPast ? overTime(spots) : null}`,
    legend: [
      { mark: 'good', text: `on (${number(rotation.on)})` },
      { mark: 'high', text: `off (${number(rotation.off)})` },
      ...(rotation.unread > 0 ? [{ mark: 'hatched', text: `could not be read (${number(rotation.unread)})` }] : []),
    ],
    numbers: {
      caption: 'Percent of the keys that KMS can rotate, and does',
      head: ['Report of', 'percent'],
      rows: spots.map(({ at, percent }) => [dayOf(at), percent === null ? 'not known' : number(percent)]),
      numeric: [1],
    },
  });
};

/** `left`: in line with the curve beneath, where there is one. */
const nowBar = ({ on, off, unread }: Rotation, left: number): Markup => {
  const x = scaleLinear([0, on + off + unread], [left, size.width - (left === 0 ? 0 : size.right)]);
  const bar = (mark: string, from: number, count: number): Markup | null =>
    count === 0 ? null : rect(mark, { x: x(from), y: 8, width: x(from + count) - x(from), height: 18 }, 0);
  return html`<defs><pattern id="hatch-rotation" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>${bar('good', 0, on)}${bar('high', on, off)}${bar('missing-rotation', on + off, unread)}`;
};

const overTime = (spots: readonly Spot[]): Markup => {
  const x = scalePoint<number>(
    spots.map((_, at) => at),
    [size.left, size.width - size.right],
  ).padding(0.3);
  const y = scaleLinear([0, 100], [size.height - size.bottom, size.top]);
  const drawn = spots.flatMap(({ percent }, at) =>
    percent === null ? [] : [{ x: x(at) ?? 0, y: y(percent), percent }],
  );
  const xy = spots.map(({ percent }, at) => ({ x: x(at) ?? 0, y: percent === null ? null : y(percent) }));
  const curve = lineOf<(typeof xy)[number]>()
    .defined((spot) => spot.y !== null)
    .x((spot) => spot.x)
    .y((spot) => spot.y ?? 0)
    .digits(1);
  const shade = area<(typeof xy)[number]>()
    .defined((spot) => spot.y !== null)
    .x((spot) => spot.x)
    .y0(y(0))
    .y1((spot) => spot.y ?? 0)
    .digits(1);
  const shown = sparse(spots.length, 9);
  const last = drawn.at(-1);
  return html`${[0, 50, 100].map((tick) => html`${line('grid', [size.left, y(tick)], [size.width - size.right, y(tick)])}${label(`${tick}%`, [size.left - 8, y(tick) + 4], 'end')}`)}<path class="shade" d="${shade(xy) ?? ''}"/><path class="curve" d="${curve(xy) ?? ''}"/>${drawn.map((spot) => html`<circle class="dot" cx="${Math.round(spot.x)}" cy="${Math.round(spot.y)}" r="3"/>`)}${last === undefined ? null : label(`${number(last.percent)}%`, [last.x, last.y + labelBy(drawn)], 'end', 'value')}${spots.map(({ at }, index) => (shown(index) ? label(shortDayOf(at), [x(index) ?? 0, size.height - 10], 'middle') : null))}`;
};

/** Where the curve does not run: above its end where it rises, else beneath. */
const labelBy = (drawn: readonly { readonly percent: number }[]): number =>
  (drawn.at(-2)?.percent ?? 0) <= (drawn.at(-1)?.percent ?? 0) ? -10 : 20;

const saysOf = ({ on, off, unread, unsupported }: Rotation): string => {
  const unseen = unread === 0 ? '' : `; ${number(unread)} of them could not be read`;
  const other = unsupported === 0 ? '' : ` ${plural(unsupported, 'further key')} cannot be rotated by KMS.`;
  return `KMS rotates ${number(on)} of the ${plural(on + off + unread, 'key')} that it can${unseen}.${other}`;
};
