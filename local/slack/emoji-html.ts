import { type Html, html } from './html.ts';

/** The guard's own emoji, drawn by the style sheet: not every machine has a font for them. The word is always beside them. */
const drawn: Readonly<Record<string, readonly [look: string, glyph: string]>> = {
  '🔴': ['red dot', ''],
  '🟠': ['orange dot', ''],
  '🟡': ['yellow dot', ''],
  '🔵': ['blue dot', ''],
  '⚪': ['grey dot', ''],
  '🔔': ['orange', '!'],
  '🛟': ['green', '+'],
  '↩️': ['blue', '↩'],
  '☑️': ['purple', '✓'],
  '👀': ['blue', 'i'],
  '💤': ['grey', 'z'],
  '🔒': ['green', '='],
  '✅': ['green', '✓'],
  '⏰': ['orange', '!'],
  '🚨': ['red', '!'],
  '📋': ['grey', '≡'],
};

const emoji = new RegExp(`(${Object.keys(drawn).join('|')})`, 'u');

/** Text with its emoji drawn; the rest is escaped. */
export const withEmoji = (text: string): Html =>
  html`${text.split(emoji).map((part) => {
    const found = drawn[part];
    return found === undefined
      ? html`${part}`
      : html`<span class="emoji ${found[0]}" aria-hidden="true">${found[1]}</span>`;
  })}`;
