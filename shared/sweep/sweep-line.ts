import * as z from 'zod/mini';
import type { KeyRow } from './key-row.ts';
import type { Lack } from './lack.ts';
import type { SweepFinding } from './sweep-finding.ts';
import type { RegionEnd } from './sweep-region.ts';

/** What a sweep writes of one Region, a line each. `at` is when the look at it began, ISO 8601. */
export type SweepLine =
  | {
      readonly line: 'key';
      readonly at: string;
      readonly row: KeyRow;
      readonly findings: readonly SweepFinding[];
      /** Rules that were asked and flag nothing. */
      readonly clear: readonly string[];
      readonly lacks: readonly Lack[];
    }
  /** The Region itself, see `look-at-region.ts`. */
  | {
      readonly line: 'region';
      readonly at: string;
      readonly findings: readonly SweepFinding[];
      readonly clear: readonly string[];
    }
  /** Deleted since it was listed. */
  | { readonly line: 'gone'; readonly at: string; readonly keyArn: string }
  /** Closes each run. */
  | { readonly line: 'end'; readonly at: string; readonly end: RegionEnd; readonly calls: ApiCalls };

export type ApiCalls = Readonly<Record<string, number>>;

// Written by this code alone, into a bucket that nobody else writes to: only its kind is checked.
const lineSchema = z.custom<SweepLine>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'line' in value &&
    (value.line === 'key' || value.line === 'region' || value.line === 'gone' || value.line === 'end'),
);

/** @throws where the text is no line of a sweep */
export const parseSweepLine = (text: string): SweepLine => lineSchema.parse(JSON.parse(text));

/** Sums of counts by name. */
export const addCalls = (one: ApiCalls, other: ApiCalls): ApiCalls => {
  const sums = { ...one };
  for (const [api, count] of Object.entries(other)) sums[api] = (sums[api] ?? 0) + count;
  return sums;
};
