/**
 * The hot loop of `replay`: finds where one JSON value ends in raw bytes, without parsing it.
 * Strings, escapes and nesting are followed exactly, so braces and quotes inside strings mislead nobody.
 */

export const byte = {
  newline: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

export type Scan = {
  /** Holds the value in hand from its first byte on, and a spare byte behind `end`. */
  bytes: Buffer;
  /** The next byte to look at. */
  at: number;
  /** Behind the last byte read. */
  end: number;
  /** Open brackets now, and how many are open around the value in hand. */
  depth: number;
  base: number;
  /** The opening bracket of every level. */
  kinds: Uint8Array;
  /** The last byte that tells whether a bracket may open: a bracket, comma, colon or closing quote. */
  previous: number;
  /** Behind the opening quote of the string that `at` is in; -1 outside strings. */
  stringStart: number;
  /** A string of the value in hand names KMS. */
  kms: boolean;
  /** Some string of it holds an escape, which may hide a name. */
  escapes: boolean;
  /** The last string at depth 1 was `Records` or `Events`. */
  listKey: boolean;
};

/** `value`: the value in hand ends at `at`; `list`: its list of records begins; `broken`: no JSON goes on like this. */
export type Stop = 'more' | 'value' | 'list' | 'broken';

const { newline, quote, comma, colon, openArray, backslash, closeArray, openObject, closeObject } = byte;

/** Byte by byte: most strings differ in the first. */
const says = ({ bytes }: Scan, from: number, to: number, word: string): boolean => {
  if (to - from !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (bytes[from + at] !== word.charCodeAt(at)) return false;
  return true;
};

/** `\u` can spell any name; JSON itself then tells which. */
const spelled = (scan: Scan, from: number, to: number): string => {
  if (to - from > 42 || !scan.bytes.subarray(from, to).includes(backslash))
    return scan.bytes.toString('latin1', from, to);
  try {
    return String(JSON.parse(scan.bytes.toString('utf8', from - 1, to + 1)));
  } catch {
    return '';
  }
};

const noteString = (scan: Scan, from: number, to: number): void => {
  scan.kms ||= says(scan, from, to, 'kms.amazonaws.com') || says(scan, from, to, 'aws.kms');
  if (scan.depth !== 1) return;
  const name = spelled(scan, from, to);
  scan.listKey = name === 'Records' || name === 'Events';
};

/** Goes on inside a string to behind its closing quote. A raw line end cannot stand in a string of JSON. */
export const skipString = (scan: Scan): 'closed' | 'more' | 'broken' => {
  const { bytes, end, stringStart } = scan;
  let at = scan.at;
  // The loop needs no bounds: a quote stands behind the last byte.
  bytes[end] = quote;
  for (;;) {
    let next = bytes[at];
    while (next !== quote && next !== backslash && next !== newline) next = bytes[++at];
    if (next !== backslash || at + 1 >= end) break;
    scan.escapes = true;
    at += 2;
  }
  scan.at = at;
  if (at >= end || bytes[at] === backslash) return 'more';
  if (bytes[at] === newline) return 'broken';
  scan.at = at + 1;
  scan.stringStart = -1;
  const length = at - stringStart;
  if (length === 17 || length === 7 || scan.depth === 1) noteString(scan, stringStart, at);
  return 'closed';
};

const mayOpen = ({ kinds, depth, base, previous }: Scan): boolean => {
  if (depth === base) return true;
  return kinds[depth - 1] === openObject ? previous === colon : previous === comma || previous === openArray;
};

export const openLevel = (scan: Scan, kind: number): void => {
  if (scan.depth === scan.kinds.length) {
    const deeper = new Uint8Array(scan.kinds.length * 2);
    deeper.set(scan.kinds);
    scan.kinds = deeper;
  }
  scan.kinds[scan.depth++] = kind;
  scan.previous = kind;
};

const open = (scan: Scan, kind: number): Stop => {
  if (!mayOpen(scan)) return 'broken';
  const list = kind === openArray && scan.depth === 1 && scan.base === 0 && scan.listKey;
  openLevel(scan, kind);
  return list ? 'list' : 'more';
};

/** Closing brackets stand two behind their opening ones in ASCII. */
const close = (scan: Scan, kind: number): Stop => {
  if (scan.kinds[scan.depth - 1] !== kind - 2) return 'broken';
  scan.depth--;
  scan.previous = kind;
  return scan.depth === scan.base ? 'value' : 'more';
};

const bracket = (scan: Scan, kind: number): Stop =>
  kind === openObject || kind === openArray ? open(scan, kind) : close(scan, kind);

/**
 * From behind an opening quote to behind the closing one: nine of ten bytes are passed here, so this is kept small.
 * A string with an escape, or cut by the end of the bytes, is `skipString`'s; -1 when that does not close it either.
 */
const passString = (scan: Scan, from: number): number => {
  const { bytes } = scan;
  let at = from;
  let inside = bytes[at];
  while (inside !== quote && inside !== backslash && inside !== newline) inside = bytes[++at];
  if (inside !== quote || at >= scan.end) {
    scan.at = at;
    scan.stringStart = from;
    return skipString(scan) === 'closed' ? scan.at : -1;
  }
  const length = at - from;
  if (length === 17 || length === 7 || scan.depth === 1) noteString(scan, from, at);
  return at + 1;
};

/** Goes on in the string that the bytes ended in. */
const resumeString = (scan: Scan): boolean => {
  if (scan.stringStart < 0) return true;
  scan.previous = quote;
  return skipString(scan) === 'closed';
};

/** A string did not close: its line ended, or the bytes did, perhaps behind a backslash. */
const stoppedInString = ({ bytes, at, end }: Scan): Stop => (at < end && bytes[at] === newline ? 'broken' : 'more');

/** Runs from `at` to the end of the value in hand, or as far as the bytes go. */
export const scanValue = (scan: Scan): Stop => {
  const { bytes, end } = scan;
  bytes[end] = quote;
  if (!resumeString(scan)) return stoppedInString(scan);
  let { at, previous } = scan;
  while (at < end) {
    const next = bytes[at++];
    if (next === quote) {
      at = passString(scan, at);
      if (at < 0) return stoppedInString(scan);
      previous = quote;
    } else if (next === comma || next === colon) previous = next;
    else if (next === openObject || next === openArray || next === closeObject || next === closeArray) {
      scan.previous = previous;
      const stop = bracket(scan, next);
      previous = next;
      if (stop === 'more') continue;
      scan.at = at;
      return stop;
    }
  }
  scan.at = at;
  scan.previous = previous;
  return 'more';
};
