/**
 * JSON of one line that strict readers take: half of a character, which JavaScript writes as an escape, becomes U+FFFD. Only a
 * forged file or a cut text has one.
 */
export const jsonText = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.includes('\\ud') ? text.replaceAll(half, '$1\\ufffd') : text;
};

/** An escape, and not the end of an escaped backslash. Whole characters are never written as escapes. */
const half = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;
