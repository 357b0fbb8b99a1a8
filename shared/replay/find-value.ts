import { byte, openLevel, skipString } from './scan.ts';
import { beginValue, report, type Splitting } from './splitting.ts';

const spaces = new Set<number | undefined>([0x20, 0x0a, 0x0d, 0x09]);
const byteOrderMark = new Set<number | undefined>([0xef, 0xbb, 0xbf]);
const listPunctuation = new Set<number | undefined>([byte.comma, byte.closeArray, byte.closeObject]);

/** Leaves a list of records: back to the object that holds it, or to the top. */
const leaveList = (state: Splitting): void => {
  state.depth--;
  state.previous = byte.closeArray;
  state.inHand = state.depth > 0;
  state.holder = true;
  state.base = 0;
  state.junk = false;
};

/** Reports bytes that are no JSON once: for each line, or each place in a list. */
const noteJunk = (state: Splitting, next: number | undefined): void => {
  const place = state.before + state.at - 1;
  if (spaces.has(next) || (place < 3 && byteOrderMark.has(next))) return;
  if (state.lost && listPunctuation.has(next)) return;
  if (!state.junk) report(state, `no JSON object at byte ${place}`);
  state.junk = true;
};

/** One byte between two values; false when a value begins there. */
const passByte = (state: Splitting): boolean => {
  const next = state.bytes[state.at];
  const inList = state.base > 0;
  if (next === byte.openObject || (next === byte.openArray && inList)) return false;
  state.at++;
  if (next === byte.openArray) {
    openLevel(state, byte.openArray);
    state.base = 1;
  } else if (next === byte.closeArray && inList) leaveList(state);
  else if (next === (inList ? byte.comma : byte.newline)) state.junk = false;
  else noteJunk(state, next);
  if (next === byte.quote) state.stringStart = state.at;
  return true;
};

/** Between values: goes to where the next one begins, or as far as the bytes go. */
export const findValue = (state: Splitting): void => {
  while (state.at < state.end && !state.inHand) {
    if (state.stringStart >= 0) {
      const string = skipString(state);
      if (string === 'more') return;
      if (string === 'broken') state.stringStart = -1;
    } else if (!passByte(state)) beginValue(state);
  }
};
