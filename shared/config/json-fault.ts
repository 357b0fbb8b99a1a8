/** Where a text stops being JSON. Lines and columns count from 1. */
export type JsonFault = { readonly line: number; readonly column: number; readonly problem: string };

/**
 * The first place where `text` is not JSON (RFC 8259), null where all of it is. `JSON.parse` tells that a text is bad, but
 * often not where: a person who edits a configuration needs the line.
 */
export const findJsonFault = (text: string): JsonFault | null => {
  const end = readValue(text, skipSpace(text, 0));
  if (typeof end !== 'number') return locate(text, end);
  const rest = skipSpace(text, end);
  return rest === text.length
    ? null
    : locate(text, { at: rest, problem: 'there is more after the end of the JSON value' });
};

type Fault = { readonly at: number; readonly problem: string };
/** The index after what was read, or where and why it is not JSON. */
type Read = number | Fault;

const locate = (text: string, { at, problem }: Fault): JsonFault => {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem };
};

const fault = (text: string, at: number, expected: string): Fault => {
  const found =
    at >= text.length ? 'the file ends' : `there is ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`;
  return { at, problem: `${found} where ${expected} should be` };
};

const skipSpace = (text: string, at: number): number => {
  let next = at;
  while (next < text.length && ' \t\n\r'.includes(text.charAt(next))) next += 1;
  return next;
};

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[\u0020\u0021\u0023-\u005b\u005d-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const word = /true|false|null/y;

const match = (pattern: RegExp, text: string, at: number): number | null => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
};

const readValue = (text: string, at: number): Read => {
  const first = text.charAt(at);
  if (first === '{') return readItems(text, at, { close: '}', item: readMember });
  if (first === '[') return readItems(text, at, { close: ']', item: readValue });
  if (first === '"') return readString(text, at, 'a string');
  return match(number, text, at) ?? match(word, text, at) ?? fault(text, at, 'a value');
};

const readString = (text: string, at: number, expected: string): Read => {
  const end = match(string, text, at);
  if (end !== null) return end;
  if (text.charAt(at) !== '"') return fault(text, at, expected);
  return { at, problem: 'a string starts here and is not closed on its line, or holds a bad escape' };
};

const readMember = (text: string, at: number): Read => {
  const key = readString(text, at, 'a "name" in double quotes');
  if (typeof key !== 'number') return key;
  const colon = skipSpace(text, key);
  if (text.charAt(colon) !== ':') return fault(text, colon, 'a colon');
  return readValue(text, skipSpace(text, colon + 1));
};

const readItems = (
  text: string,
  open: number,
  { close, item }: { close: string; item: (text: string, at: number) => Read },
): Read => {
  let at = skipSpace(text, open + 1);
  if (text.charAt(at) === close) return at + 1;
  for (;;) {
    const end = item(text, at);
    if (typeof end !== 'number') return end;
    at = skipSpace(text, end);
    if (text.charAt(at) === close) return at + 1;
    if (text.charAt(at) !== ',') return fault(text, at, `a comma or "${close}"`);
    at = skipSpace(text, at + 1);
  }
};
