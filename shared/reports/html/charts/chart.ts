import { html, type Markup, visible } from '../markup.ts';
import { type Table, table } from '../parts.ts';

/** A picture that says in words what it shows, and has its numbers in a table beneath. */
export type Chart = {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what to see in it. */
  readonly says: string;
  readonly width: number;
  readonly height: number;
  /** What is inside of the svg element. */
  readonly drawing: Markup;
  readonly legend?: readonly { readonly mark: string; readonly text: string }[];
  readonly numbers: Table;
};

export const figure = ({ id, title, says, width, height, drawing, legend = [], numbers }: Chart): Markup =>
  html`<figure class="chart" id="chart-${id}">
<figcaption><h3>${title}</h3><p>${says}</p></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-says"><title id="${id}-title">${title}</title><desc id="${id}-says">${says}</desc>${drawing}</svg>
${legend.length === 0 ? null : html`<ul class="legend">${legend.map(({ mark, text }) => html`<li><span class="swatch ${mark}"></span>${text}</li>`)}</ul>\n`}<details class="numbers"><summary>The numbers<span class="unseen"> of: ${title}</span></summary>${table(numbers)}</details>
</figure>
`;

/** A figure that cannot be drawn says why. */
export const undrawn = (title: string, why: string): Markup =>
  html`<figure class="chart"><figcaption><h3>${title}</h3></figcaption><p class="empty">${why}</p></figure>\n`;

const tenth = (value: number): number => Math.round(value * 10) / 10;

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const rect = (mark: string, { x, y, width, height }: Box, rounded = 2): Markup =>
  html`<rect class="${mark}" x="${tenth(x)}" y="${tenth(y)}" width="${tenth(Math.max(0, width))}" height="${tenth(Math.max(0, height))}" rx="${rounded}"/>`;

export const line = (mark: string, [x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): Markup =>
  html`<line class="${mark}" x1="${tenth(x1)}" y1="${tenth(y1)}" x2="${tenth(x2)}" y2="${tenth(y2)}"/>`;

type Anchor = 'start' | 'middle' | 'end';

export const label = (
  text: string,
  [x, y]: readonly [number, number],
  anchor: Anchor = 'start',
  mark = 'axis',
): Markup =>
  html`<text class="${mark}" x="${tenth(x)}" y="${tenth(y)}" text-anchor="${anchor}">${visible(text, 40)}</text>`;

/** Of many marks on an axis, so many that they do not touch; always the last. */
export const sparse = (count: number, most: number): ((at: number) => boolean) => {
  const step = Math.ceil(count / most);
  return (at) => (count - 1 - at) % step === 0;
};
