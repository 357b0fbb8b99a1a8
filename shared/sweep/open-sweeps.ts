import * as z from 'zod/mini';
import { earliest } from './late-news.ts';
import { openSweepsKey, type ResultStore, type SweepId } from './result-store.ts';

/**
 * Sweeps that began and were not closed: one that runs, and those that were stopped, ran out of time, or failed at their close.
 * What such a one recorded stands in the ledger, and nobody was told of it.
 */
type OpenSweep = Pick<SweepId, 'id' | 'startedAt'>;

const openSchema = z.array(z.object({ id: z.string(), startedAt: z.string() }));

/** Writes the sweep down as begun. Returns since when others have not told what they found, ISO 8601; null where none is open. */
export const beginSweep = async (
  results: Pick<ResultStore, 'get' | 'put'>,
  { id, startedAt }: OpenSweep,
): Promise<string | null> => {
  const others = (await openSweeps(results)).filter((each) => each.id !== id);
  await results.put(openSweepsKey, JSON.stringify([...others, { id, startedAt }]));
  return earliest(others.map((each) => each.startedAt));
};

/** It told what those before it had not: they are over, too. */
export const endSweep = async (
  results: Pick<ResultStore, 'get' | 'put'>,
  { id, startedAt }: OpenSweep,
): Promise<void> => {
  const left = (await openSweeps(results)).filter((each) => each.id !== id && each.startedAt > startedAt);
  await results.put(openSweepsKey, JSON.stringify(left));
};

const openSweeps = async (results: Pick<ResultStore, 'get'>): Promise<readonly OpenSweep[]> =>
  openSchema.parse(JSON.parse((await results.get(openSweepsKey)) ?? '[]'));
