import { findValue } from './find-value.ts';
import { noteOpening, seek, seekFrom } from './resync.ts';
import { byte, scanValue } from './scan.ts';
import { append, longestRecord, type Piece, report, type Splitting, startSplitting } from './splitting.ts';

export type RecordSplitter = {
  /** Takes the next bytes of one file, cut anywhere. */
  readonly push: (chunk: Uint8Array) => readonly Piece[];
  /** The file is over; `cut` says why when it ended too early. */
  readonly end: (cut: string | null) => readonly Piece[];
  /** Records seen so far, KMS or not, readable or not. */
  readonly records: () => number;
};

/** Never false for a record of KMS: its name stands in a string of its own, inside an escaped text, or behind `\u`. */
const mayBeOfKms = (state: Splitting): boolean => {
  if (state.kms) return true;
  if (!state.escapes) return false;
  const value = state.bytes.subarray(state.start, state.at);
  return value.includes('kms.amazonaws.com') || value.includes('\\u00');
};

/** The value in hand is complete. */
const finish = (state: Splitting): void => {
  const { start, at, holder, bytes } = state;
  if (!holder && state.tooLong) report(state, `longer than ${longestRecord} bytes`);
  else if (!holder && bytes[start] === byte.openArray) report(state, 'a list where a record should be');
  else if (!holder) {
    state.records++;
    if (state.openings.length === 2) noteOpening(state);
    if (mayBeOfKms(state)) state.pieces.push({ record: state.records, json: bytes.toString('utf8', start, at) });
  }
  state.start = -1;
  state.inHand = false;
};

/** Its list of records begins: the value in hand only holds it. */
const enterList = (state: Splitting): void => {
  state.base = 2;
  state.start = -1;
  state.inHand = false;
  state.tooLong = false;
};

const breakOff = (state: Splitting, reason: string): void => {
  if (!state.inHand || !state.afterJunk) report(state, reason);
  seekFrom(state, state.start < 0 ? state.at - 1 : state.start + 1);
  state.depth = 0;
  state.base = 0;
  state.start = -1;
  state.stringStart = -1;
  state.inHand = false;
  state.junk = false;
  state.lost = true;
};

const advance = (state: Splitting): void => {
  while (state.at < state.end) {
    if (state.seeking && !seek(state)) return;
    if (!state.inHand) findValue(state);
    if (!state.inHand) return;
    const stop = scanValue(state);
    if (stop === 'more') return;
    if (stop === 'value') finish(state);
    else if (stop === 'list') enterList(state);
    else breakOff(state, `no JSON at byte ${state.before + state.at - 1}`);
  }
};

/**
 * Splits one file into records: `{"Records":[...]}`, `{"Events":[...]}`, a list, JSON Lines or single objects, in any
 * layout. Only those that may be KMS's come out, the rest is counted. Memory is bounded by the longest record.
 */
export const splitRecords = (): RecordSplitter => {
  const state = startSplitting();
  return {
    push: (chunk) => {
      append(state, chunk);
      advance(state);
      return state.pieces.splice(0);
    },
    end: (cut) => {
      const whole = !state.inHand && state.base === 0;
      while (state.inHand || state.base > 0) {
        breakOff(state, cut ?? `the file ends at byte ${state.before + state.end}, inside a record or list`);
        advance(state);
      }
      if (whole && cut !== null) report(state, cut);
      return state.pieces.splice(0);
    },
    records: () => state.records,
  };
};
