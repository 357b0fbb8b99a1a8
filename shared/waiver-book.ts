import type { Waiver } from './config/config.ts';
import type { Fact } from './facts/facts.ts';

/** A waiver of the ledger: made by the command line, and not by a deployment. */
export type LedgerWaiver = Waiver & {
  readonly id: string;
  /** ISO 8601. */
  readonly addedAt: string;
  /** ARN of who added it. */
  readonly addedBy: string;
};

/** The ledger's waivers. Throws RetryableFault where the ledger gives no answer. */
export type WaiverBook = {
  /** All of them, ended ones too; unknown where the ledger holds what cannot be read. */
  readonly all: () => Promise<Fact<readonly LedgerWaiver[]>>;
  /** False where there is no room for another. Adding the same id again changes nothing. */
  readonly add: (waiver: LedgerWaiver) => Promise<boolean>;
  /** False where there is none of that id. */
  readonly remove: (id: string) => Promise<boolean>;
};

/** All are one item, read with each finding: an item of DynamoDB has 400 KB, and each takes well under 2 KB. */
export const waiversKept = 200;
