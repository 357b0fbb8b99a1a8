import type { Buffer } from 'node:buffer';
import { byte } from './scan.ts';
import type { Splitting } from './splitting.ts';

/**
 * Behind a break, quotes and brackets no longer tell where a record begins. What does: a line that starts an object,
 * as in JSON Lines, and the first bytes that the records of this file, or of CloudTrail, begin with.
 */

/** Longer than any opening, so that one cut by the end of a chunk is found with the next. */
const overlap = 64;
const step = 4096;

/** How the records of this file begin: to the end of the first name. */
export const noteOpening = (state: Splitting): void => {
  const { bytes, start, at } = state;
  const name = bytes.indexOf(byte.quote, start);
  const end = name < 0 ? -1 : bytes.indexOf(byte.quote, name + 1);
  if (end > 0 && end < at && end - start < overlap) {
    state.openings = [...state.openings, bytes.toString('latin1', start, end + 1)];
  }
};

/** Where the record begins behind the first of an opening in a piece of the file. */
const beginsAt = (view: Buffer, opening: string): number => {
  const found = view.indexOf(opening, 0, 'latin1');
  return found < 0 ? Infinity : found + opening.indexOf('{');
};

const nextOpening = ({ bytes, end, openings }: Splitting, from: number): number => {
  for (let window = from; window < end; window += step) {
    const view = bytes.subarray(window, Math.min(end, window + step + overlap));
    const nearest = Math.min(...openings.map((opening) => beginsAt(view, opening)));
    if (nearest < Infinity) return window + nearest;
  }
  return -1;
};

/** Looks on for an opening; false where the bytes end first. */
export const seek = (state: Splitting): boolean => {
  const found = nextOpening(state, state.at);
  state.seeking = found < 0;
  state.at = found < 0 ? Math.max(state.at, state.end - overlap) : found;
  return found >= 0;
};

/**
 * Begins to look at `from`, behind the beginning of what broke: good records may lie inside it.
 * At most as many bytes are read twice as the file has, so that no file makes this slow.
 */
export const seekFrom = (state: Splitting, from: number): void => {
  const again = state.at - from;
  state.seeking = true;
  if (again <= 0 || state.rescanned + again > state.before + state.at) return;
  state.rescanned += again;
  state.at = from;
};
