import type { KeyState } from '../facts/facts.ts';
import type { KeyRecord } from '../ledger/entries.ts';

/** One customer managed key as a sweep saw it: what a report's table of keys shows. Null: unknown, not "none". */
export type KeyRow = {
  readonly keyArn: string;
  readonly account: string;
  readonly region: string;
  /** Null where they could not be listed; empty where there are none. */
  readonly aliases: readonly string[] | null;
  readonly state: KeyState | null;
  readonly keySpec: string | null;
  readonly keyUsage: string | null;
  readonly origin: string | null;
  /** `none`: a single-Region key. */
  readonly multiRegion: 'PRIMARY' | 'REPLICA' | 'none' | null;
  /** ISO 8601, like every time here. */
  readonly created: string | null;
  readonly deletionDate: string | null;
  /** `unsupported`: KMS does not rotate this kind of key by itself. */
  readonly rotation: 'on' | 'off' | 'unsupported' | null;
  readonly rotationPeriodInDays: number | null;
  /** The three-way reading of GetKeyLastUsage, see `facts.ts`; null where it was not asked or not told. */
  readonly lastUse: NonNullable<KeyRecord['lastUse']>['answer'] | null;
  readonly tags: Readonly<Record<string, string>> | null;
  /** What AWS asks for the key itself in a month, in USD at list price; null where it depends on what is unknown. */
  readonly monthlyCostInUsd: number | null;
};
