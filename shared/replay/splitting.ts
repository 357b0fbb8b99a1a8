import { Buffer } from 'node:buffer';
import type { Scan } from './scan.ts';

/** A record that may be KMS's, as text; or a place where no record could be read. Records count from 1. */
export type Piece =
  | { readonly record: number; readonly json: string }
  | { readonly record: number; readonly unreadable: string };

/** One file being split. */
export type Splitting = Scan & {
  /** Where the value in hand begins; -1 when its bytes are not kept, or none is in hand. */
  start: number;
  inHand: boolean;
  /** The value in hand holds a list of records, so it is none itself. */
  holder: boolean;
  /** Part of the value in hand was let go for its size. */
  tooLong: boolean;
  /** Inside bytes that are no JSON, reported already. */
  junk: boolean;
  /** The value in hand follows junk directly: if it is none, that has been reported. */
  afterJunk: boolean;
  /** A list broke: its commas and brackets may still follow. */
  lost: boolean;
  /** Behind a break, looking for one of the `openings` of a record. */
  seeking: boolean;
  openings: readonly string[];
  records: number;
  /** Bytes of the file before `bytes[0]`, and those read a second time after a break. */
  before: number;
  rescanned: number;
  readonly pieces: Piece[];
};

/** CloudTrail's longest event has 256 KB; as an escaped text in `LookupEvents` still under 1 MB. */
export const longestRecord = 8 * 1024 * 1024;

export const startSplitting = (): Splitting => ({
  bytes: Buffer.allocUnsafe(192 * 1024),
  at: 0,
  end: 0,
  depth: 0,
  base: 0,
  kinds: new Uint8Array(64),
  previous: 0,
  stringStart: -1,
  kms: false,
  escapes: false,
  listKey: false,
  start: -1,
  inHand: false,
  holder: false,
  tooLong: false,
  junk: false,
  afterJunk: false,
  lost: false,
  seeking: false,
  openings: ['\n{', '{"eventVersion"'],
  records: 0,
  before: 0,
  rescanned: 0,
  pieces: [],
});

export const report = (state: Splitting, unreadable: string): void => {
  state.pieces.push({ record: ++state.records, unreadable });
};

export const beginValue = (state: Splitting): void => {
  state.start = state.at;
  state.inHand = true;
  state.holder = false;
  state.tooLong = false;
  state.afterJunk = state.junk;
  state.junk = false;
  state.kms = false;
  state.escapes = false;
  state.listKey = false;
};

/** The first byte that must stay: of the value in hand, or of a string, as far as it takes to tell that it is long. */
const firstKept = (state: Splitting): number => {
  if (state.start >= 0) return state.start;
  return state.stringStart < 0 ? state.at : Math.max(state.stringStart - 1, state.at - 64);
};

/** Appends the next bytes of the file, and lets go of those that are done. */
export const append = (state: Splitting, chunk: Uint8Array): void => {
  if (state.start >= 0 && state.end - state.start > longestRecord) {
    state.start = -1;
    state.tooLong = true;
  }
  const keep = firstKept(state);
  const kept = state.end - keep;
  const room = kept + chunk.length;
  const target = room < state.bytes.length ? state.bytes : Buffer.allocUnsafe(2 * room);
  state.bytes.copy(target, 0, keep, state.end);
  target.set(chunk, kept);
  state.bytes = target;
  state.before += keep;
  state.at -= keep;
  state.end = room;
  if (state.start >= 0) state.start = 0;
  if (state.stringStart >= 0) state.stringStart = Math.max(1, state.stringStart - keep);
};
