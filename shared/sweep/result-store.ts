import * as z from 'zod/mini';

/** Where a sweep leaves its results: a bucket. Keys as in S3, with `/` between their parts. */
export type ResultStore = {
  readonly put: (key: string, text: string) => Promise<void>;
  /** Null where there is no such object. */
  readonly get: (key: string) => Promise<string | null>;
  /** Line by line, without holding more than a few of them. @throws RetryableFault where the object is not there. */
  readonly lines: (key: string) => AsyncIterable<string>;
};

/** One sweep; its objects stand under `prefix`. */
export const sweepIdSchema = z.object({
  id: z.string(),
  /** Such as `sweeps/2026-11-22/ID`. */
  prefix: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Since when sweeps before it, which were never closed, may have recorded what nobody was told, ISO 8601; not set where none was. */
  untoldSince: z.optional(z.string()),
});
export type SweepId = z.infer<typeof sweepIdSchema>;

export type SweepPlace = { readonly account: string; readonly region: string };

/** `startedAt` as the state machine tells it, in whatever precision. */
export const sweepId = (execution: { readonly id: string; readonly startedAt: string }): SweepId => {
  const { id } = execution;
  const startedAt = new Date(execution.startedAt).toISOString();
  return { id, startedAt, prefix: `sweeps/${startedAt.slice(0, 10)}/${id}` };
};

type Of = Pick<SweepId, 'prefix'>;

/** The work list: what the Distributed Map reads. */
export const placesKey = ({ prefix }: Of): string => `${prefix}/places.json`;
/** What the plan could not plan. */
export const unplannedKey = ({ prefix }: Of): string => `${prefix}/unplanned.json`;

/** JSON Lines of `SweepLine`: one run of a Region, in pieces. */
export const linesKey = (
  { prefix }: Of,
  { account, region, run, piece }: SweepPlace & { readonly run: number; readonly piece: number },
): string => `${prefix}/keys/${account}/${region}/${numbered(run)}-${numbered(piece)}.jsonl`;

/** JSON Lines of `ReportFinding`: what stands about a Region after the sweep, and what it resolved. */
export const findingsKey = (
  { prefix }: Of,
  { account, region, piece }: SweepPlace & { readonly piece: number },
): string => `${prefix}/findings/${account}/${region}/${numbered(piece)}.jsonl`;

/** A `SettledRegion`. */
export const settledKey = ({ prefix }: Of, { account, region }: SweepPlace): string =>
  `${prefix}/regions/${account}/${region}.json`;

/** JSON Lines of `ManifestLine`, a Region each. */
export const manifestKey = ({ prefix }: Of): string => `${prefix}/manifest.jsonl`;
/** The `SweepSummary`. */
export const reportKey = ({ prefix }: Of): string => `${prefix}/report.json`;
/** Sweeps that began and were not closed, see `open-sweeps.ts`. */
export const openSweepsKey = 'sweeps/open.json';
/** The summary of the last sweep that ended, whichever it was. */
export const latestKey = 'sweeps/latest.json';

const numbered = (count: number): string => String(count).padStart(4, '0');
