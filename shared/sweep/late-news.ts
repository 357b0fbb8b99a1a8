import { changedSince, type StoredFinding } from '../ledger/finding-history.ts';
import { type ResultStore, settledKey, type SweepId, type SweepPlace } from './result-store.ts';
import type { FindingEnd, Settled } from './settle-finding.ts';
import type { SweepBook } from './sweep-summary.ts';

export type LatePorts = {
  readonly sweeps: Pick<SweepBook, 'last'>;
  readonly results: Pick<ResultStore, 'get'>;
};

/**
 * Where a sweep before this one was never closed, or was closed without this Region: since when it may have recorded what nobody
 * was told, ISO 8601. Null else. What an event recorded since then is told once more: better twice than never.
 * @throws RetryableFault
 */
export const untoldSince = async (ports: LatePorts, { sweep, ...place }: Late): Promise<string | null> =>
  earliest([sweep.untoldSince, await untoldByLast(ports, place)]);

type Late = SweepPlace & { readonly sweep: Pick<SweepId, 'untoldSince'> };

const untoldByLast = async ({ sweeps, results }: LatePorts, place: SweepPlace): Promise<string | null> => {
  const last = await sweeps.last();
  const since = last?.untoldSince ?? null;
  if (last === null || since === null) return null;
  return (await results.get(settledKey(last, place))) === null ? since : null;
};

/** Of times in ISO 8601, all in UTC; null where there is none. */
export const earliest = (times: readonly (string | null | undefined)[]): string | null =>
  times.reduce<string | null>(
    (first, time) => (typeof time === 'string' && (first === null || time < first) ? time : first),
    null,
  );

/** What became of a finding that an earlier settling may have left untold. */
export const lateNews = (stored: StoredFinding, untold: string | null): Settled['news'] =>
  untold === null ? null : changedSince(stored, untold);

/** When and why a finding was resolved that an earlier settling may have left untold. */
export const lateEnd = ({ history, lastSeen }: StoredFinding): FindingEnd => {
  const last = history.at(-1);
  return { at: last?.at ?? lastSeen, ...(last?.why === 'switched-off' ? { why: last.why } : {}) };
};
