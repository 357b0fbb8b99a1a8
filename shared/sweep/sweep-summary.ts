import type { FindingCounts, RuleNews } from './settled-region.ts';
import type { ApiCalls } from './sweep-line.ts';
import type { RegionReport } from './sweep-report.ts';

/** A whole sweep in a few numbers: an item of the ledger, `report.json`, and what an alert is made of. Times are ISO 8601. */
export type SweepSummary = {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Where its objects stand in the bucket. */
  readonly prefix: string;
  /** Null where it came to its end. */
  readonly failure: string | null;
  /** Customer managed keys. */
  readonly keys: number;
  readonly awsManagedKeys: number;
  readonly unreadableKeys: number;
  readonly lastUseDeferred: number;
  readonly apiCalls: ApiCalls;
  readonly regions: Readonly<Record<RegionReport['state'], number>>;
  /** Regions that were not read as a whole, so many as fit: the manifest has all. */
  readonly incomplete: readonly RegionReport[];
  readonly findings: FindingCounts;
  readonly news: readonly RuleNews[];
  /**
   * Null where every Region was settled. Else since when changes may be recorded of which nobody was told, in the Regions that were
   * not: their next settling tells them. Not in summaries of before November 2026.
   */
  readonly untoldSince?: string | null;
};

/** The ledger's record of sweeps. */
export type SweepBook = {
  readonly save: (summary: SweepSummary) => Promise<void>;
  /** The sweep that ended last; null before the first. */
  readonly last: () => Promise<SweepSummary | null>;
};
