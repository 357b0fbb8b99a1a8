import type { Severity } from '../../rules/define-rule.ts';
import type { Report } from '../report.ts';
import { number } from '../words.ts';
import { html, type Markup, type Part, told, visible } from './markup.ts';

/** Pieces that several sections show alike. */

export const chip = (severity: Severity, text: string = severity): Markup =>
  html`<span class="chip ${severity}">${text}</span>`;

export const mark = (kind: 'good' | 'plain' | 'warn' | 'bad', text: string): Markup =>
  html`<span class="mark ${kind}">${text}</span>`;

const idOf = (keyArn: string): string => keyArn.slice(keyArn.lastIndexOf('/') + 1);

/** A key by its alias, or by its id where it has none. */
export const keyName = (keyArn: string | null, aliases: readonly string[] | null): string => {
  if (keyArn === null) return 'no single key';
  return aliases?.[0] ?? idOf(keyArn);
};

export const shownKey = (keyArn: string | null, aliases: readonly string[] | null): Markup => {
  const alias = aliases?.[0];
  if (keyArn === null || alias === undefined)
    return html`<span class="name">${told(keyName(keyArn, aliases), 80)}</span>`;
  return html`<span class="name">${told(alias, 80)}</span> <span class="id">${told(idOf(keyArn), 40)}</span>`;
};

export const shownAccount = (account: string, name: string | null): Markup =>
  name === null
    ? html`<span class="id where">${told(account, 20)}</span>`
    : html`<span class="name">${told(name, 60)}</span> <span class="id where">${told(account, 20)}</span>`;

/** Where the findings of a rule stand in the page. */
export const ruleAnchor = (rule: string): string => `rule-${visible(rule, 80)}`;

/** A short text on one line, such as a Region. */
export const where = (text: string): Markup => html`<span class="where">${told(text, 40)}</span>`;

/** A key's alias by its ARN, for those who know only that. */
export const aliasesByArn = ({ keys }: Pick<Report, 'keys'>): ReadonlyMap<string, readonly string[]> =>
  new Map(keys?.flatMap(({ keyArn, aliases }) => (aliases === null ? [] : [[keyArn, aliases]])));

export type Table = {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Part[])[];
  /** Columns of numbers, set to the right. */
  readonly numeric?: readonly number[];
  readonly captionHidden?: boolean;
};

/** A table that scrolls by itself where it is too wide, by keyboard too. */
export const table = ({ caption, head, rows, numeric = [], captionHidden = false }: Table): Markup => {
  const kind = (at: number): Markup | null => (numeric.includes(at) ? html` class="number"` : null);
  const cells = (row: readonly Part[]): readonly Markup[] =>
    row.map((cell, at) =>
      at === 0 ? html`<th scope="row"${kind(at)}>${cell}</th>` : html`<td${kind(at)}>${cell}</td>`,
    );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption${captionHidden ? html` class="unseen"` : null}>${caption}</caption>
<thead><tr>${head.map((name, at) => html`<th scope="col"${kind(at)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table></div>\n`;
};

/** What is not shown, and where it is. */
export const left = (shown: number, all: number, what: string): Markup | null =>
  all > shown
    ? html`<p class="left">${number(all - shown)} more ${what}: in the CSV and JSON of this report.</p>\n`
    : null;

export const empty = (text: string): Markup => html`<p class="empty">${text}</p>\n`;
