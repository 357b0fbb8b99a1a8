/**
 * Text that somebody else wrote, on its way into Slack. Slack reads `&`, `<` and `>` as control characters in every text
 * object (docs.slack.dev, "Formatting message text"): escaped, they can make no mention and no link.
 */

/** Control, format and other invisible characters, line breaks included; a right-to-left override would hide what follows. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]+/gu;

/** One line without invisible characters. */
export const visible = (text: string): string => text.toWellFormed().replaceAll(invisible, ' ').trim();

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** As Slack wants `&`, `<` and `>` written; nothing else is an escape in Slack. */
export const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (character) => entities[character] ?? '');

const ellipsis = '…';

/** One visible line, escaped, of at most `limit` characters after the escaping; cut between characters. */
export const line = (text: string, limit: number): string => {
  const clean = visible(text);
  const whole = escaped(clean);
  if (whole.length <= limit) return whole;
  let fitting = '';
  for (const character of clean) {
    const next = escaped(character);
    if (fitting.length + next.length > limit - ellipsis.length) break;
    fitting += next;
  }
  return fitting + ellipsis;
};

/**
 * A value inside mrkdwn: as inline code, where Slack formats nothing. Slack has no escape for a backtick, so one in the
 * value becomes its look-alike.
 */
export const code = (text: string, limit: number): string => {
  const inner = line(text.replaceAll('`', '\u02cb'), limit - 2);
  return inner === '' ? '`(empty)`' : `\`${inner}\``;
};

/** As many lines as fit into `limit` characters, and how many do not. */
export const fittingLines = (lines: readonly string[], limit: number): string => {
  const whole = lines.join('\n');
  if (whole.length <= limit) return whole;
  const shown: string[] = [];
  const noteFor = (more: number): string => `${ellipsis} ${more} more ${more === 1 ? 'line' : 'lines'}`;
  let length = noteFor(lines.length).length;
  for (const each of lines) {
    if (length + each.length + 1 > limit) break;
    shown.push(each);
    length += each.length + 1;
  }
  return [...shown, noteFor(lines.length - shown.length)].join('\n');
};
