/** Text that is already HTML. Only `html` makes it, which escapes every text that is put in: no cell can leave its place. */
export type Markup = { readonly markup: string };

export type Part = Markup | string | number | null | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');

const textOf = (part: Part): string => {
  if (part === null) return '';
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(textOf).join('');
};

export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => {
  let markup = strings[0] ?? '';
  parts.forEach((part, at) => {
    markup += textOf(part) + (strings[at + 1] ?? '');
  });
  return { markup };
};

/** Only for text of our own, such as the style sheet. */
export const trusted = (markup: string): Markup => ({ markup });

/** What changes the direction of a line, hides, or breaks it, but for the two joiners that scripts and emoji need. */
const unseen = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const code = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/** A bounded text in one line in which nothing is hidden: `U+202E` stands where such a character stood. */
export const visible = (text: string, length: number): string => {
  const cut = text.length > length ? `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
  return cut
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(unseen, (sign) => `⟨U+${code(sign)}⟩`)
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1');
};

/** What somebody else wrote, in its own direction: right-to-left text turns nothing around it. */
export const told = (text: string, length = 160): Markup => html`<bdi>${visible(text, length)}</bdi>`;

const mostInFull = 4_000;

/** As `told`, with the whole text on demand, up to 4,000 characters. */
export const toldInFull = (text: string, length = 300): Markup => {
  if (text.length <= length) return told(text, length);
  const bound = text.length > mostInFull ? `, the first ${mostInFull} of ${text.length} characters` : '';
  return html`${told(text, length)} <details class="full"><summary>all of it${bound}</summary><bdi>${visible(text, mostInFull)}</bdi></details>`;
};

/** JSON for a script element: nothing in it can end the element. */
export const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
