import { type Fact, known, type LastUse, unknown } from './facts.ts';

/** The answer of GetKeyLastUsage, dates in ISO 8601; null for what it did not hold. */
export type LastUsageAnswer = {
  /** `{}` (all null) means that no use is on record; null that the answer lacked the element altogether. */
  readonly keyLastUsage: { readonly timestamp: string | null; readonly operation: string | null } | null;
  readonly trackingStartDate: string | null;
  readonly keyCreationDate: string | null;
};

/**
 * Three ways to read it: used, never used since it was made, or unknown because the key is older than the tracking.
 * Source: KMS API reference, GetKeyLastUsage. An answer with parts missing proves nothing.
 */
export const readLastUse = ({ keyLastUsage, trackingStartDate, keyCreationDate }: LastUsageAnswer): Fact<LastUse> => {
  if (keyLastUsage === null) return incomplete('KeyLastUsage');
  if (keyLastUsage.timestamp !== null) {
    return known({ use: 'used', at: keyLastUsage.timestamp, operation: keyLastUsage.operation ?? 'unknown operation' });
  }
  // An operation without its time: used, but nobody knows when.
  if (keyLastUsage.operation !== null) return incomplete('the time of the last use');
  if (trackingStartDate === null) return incomplete('TrackingStartDate');
  if (keyCreationDate === null) return incomplete('KeyCreationDate');
  return Date.parse(keyCreationDate) >= Date.parse(trackingStartDate)
    ? known({ use: 'never', since: keyCreationDate })
    : known({ use: 'unknown', trackedSince: trackingStartDate });
};

const incomplete = (what: string) => unknown('failed', `GetKeyLastUsage answered without ${what}`);
