import * as z from 'zod/mini';
import { manifestKey, type ResultStore } from './result-store.ts';
import type { ManifestLine } from './settled-region.ts';
import type { SweepSummary } from './sweep-summary.ts';

// Written by `closeSweep` alone, into a bucket that nobody else writes to.
const lineSchema = z.custom<ManifestLine>(
  (value) => typeof value === 'object' && value !== null && 'account' in value && 'region' in value && 'state' in value,
);

/** Every Region of an earlier sweep; none where its manifest is there no more. @throws RetryableFault */
export const manifestIn = async (
  results: Pick<ResultStore, 'get'>,
  sweep: Pick<SweepSummary, 'prefix'>,
): Promise<readonly ManifestLine[]> => {
  const text = (await results.get(manifestKey(sweep))) ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)));
};
