import type { KeyRow } from './key-row.ts';
import type { Lack } from './lack.ts';
import type { SweepFinding } from './sweep-finding.ts';
import type { RegionEnd } from './sweep-region.ts';

export type RegionReport = Omit<RegionEnd, 'kind' | 'cursor' | 'listed' | 'problems'>;

/** A key that could not be described, or only in part. */
export type UnreadableKey = {
  readonly account: string;
  readonly region: string;
  readonly keyArn: string;
  readonly lacks: readonly Lack[];
};

/** What `sweep` prints as JSON, and what reports are made from. Times are ISO 8601. */
export type SweepReport = {
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The rules that were asked, where that was not every rule that sweeps and is switched on: of others nothing is known. */
  readonly rules?: readonly string[] | undefined;
  /** Customer managed keys. */
  readonly keys: number;
  /** Calls by API, those that AWS throttled too. */
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly regions: readonly RegionReport[];
  readonly unreadable: readonly UnreadableKey[];
  readonly findings: readonly SweepFinding[];
  /** Customer managed keys as they were seen. */
  readonly keyRows: readonly KeyRow[];
};

/** A Region of which nothing could be read. */
export const unreadableRegion = (account: string, region: string, reason: string): RegionReport => ({
  account,
  region,
  keys: 0,
  awsManagedKeys: 0,
  unreadableKeys: 0,
  lastUseDeferred: 0,
  state: 'unreadable',
  reason,
});
