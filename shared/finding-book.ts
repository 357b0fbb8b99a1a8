import type { Finding } from './ledger/entries.ts';
import type { StoredFinding } from './ledger/finding-history.ts';

/** Which finding: those of an account and Region stand together. */
export type FindingPlace = Pick<Finding, 'account' | 'region' | 'id'>;

/** The ledger's findings, as a sweep settles them. */
export type FindingBook = {
  /** Those of an account and Region that are not resolved, or were since `since` (ISO 8601). */
  readonly standing: (
    place: { readonly account: string; readonly region: string },
    since: string,
  ) => AsyncIterable<StoredFinding>;
  /**
   * Reads one and writes what `next` makes of it, if nobody wrote meanwhile; or else again. `next` gives null where nothing is to
   * be written. Returns what stands in the ledger then.
   */
  readonly change: (
    place: FindingPlace,
    next: (before: StoredFinding | null) => StoredFinding | null,
  ) => Promise<StoredFinding | null>;
};
