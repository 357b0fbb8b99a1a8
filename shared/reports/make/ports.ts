import type { ApprovalBook } from '../../approval-book.ts';
import type { Heartbeats } from '../../delivery/heartbeats.ts';
import type { FindingBook } from '../../finding-book.ts';
import type { LedgerEntry } from '../../ledger/entries.ts';
import type { Alerter, Clock, Log } from '../../ports.ts';
import type { ResultStore } from '../../sweep/result-store.ts';
import type { SweepBook } from '../../sweep/sweep-summary.ts';
import type { WaiverBook } from '../../waiver-book.ts';
import type { AsffFinding } from '../asff-finding.ts';
import type { SigningAlgorithm } from '../evidence/manifest.ts';

/** Where evidence is kept: a bucket with versions. */
export type EvidenceStore = {
  /** As a stream: a file may be a hundred megabytes long. @throws RetryableFault */
  readonly put: (
    object: { readonly key: string; readonly mediaType: string },
    texts: Iterable<string>,
  ) => Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Null where there is no such object. */
  readonly get: (key: string) => Promise<string | null>;
  /** In the order of their keys. */
  readonly list: (prefix: string) => Promise<readonly string[]>;
  /** A link that opens the object without further rights, for so many seconds at most. */
  readonly link: (key: string, seconds: number) => Promise<string>;
};

/** `refused`: KMS will not, as with a key that is disabled. A report is kept without a signature then, and says so. */
export type SignResult =
  | {
      readonly kind: 'signed';
      readonly keyArn: string;
      readonly algorithm: SigningAlgorithm;
      /** Base64. */
      readonly signature: string;
      /** PEM. */
      readonly publicKey: string;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** Signs what has this SHA-256. @throws RetryableFault where KMS gives no answer */
export type ManifestSigner = (sha256: Uint8Array) => Promise<SignResult>;

/** What became of one batch. `refused`: Security Hub took none of it, as where it is not switched on. */
export type ImportResult =
  | {
      readonly kind: 'imported';
      readonly imported: number;
      readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
    }
  | { readonly kind: 'refused'; readonly why: string };

/** Security Hub CSPM of one account and Region, which takes only findings of its own account. */
export type FindingImporter = (place: {
  readonly account: string;
  readonly region: string;
}) => (findings: readonly AsffFinding[]) => Promise<ImportResult>;

/** What the guard recorded about calls between two times, ISO 8601, in any order. */
export type EntryLog = { readonly between: (from: string, to: string) => AsyncIterable<LedgerEntry> };

/** What a report is made from: nothing of it writes. */
export type ReportSources = {
  readonly results: Pick<ResultStore, 'lines'>;
  readonly sweeps: Pick<SweepBook, 'last'>;
  readonly findings: Pick<FindingBook, 'standing'>;
  readonly entries: EntryLog;
  readonly approvals: Pick<ApprovalBook, 'all'>;
  readonly waivers: Pick<WaiverBook, 'all'>;
  readonly heartbeats: Pick<Heartbeats, 'hours'>;
  /** Reports that were made before. */
  readonly evidence: Pick<EvidenceStore, 'get' | 'list'>;
  readonly log: Log;
};

export type ReportPorts = ReportSources & {
  readonly evidence: EvidenceStore;
  /** Null: manifests are not signed. */
  readonly signer: ManifestSigner | null;
  /** Null: nothing is imported. */
  readonly securityHub: FindingImporter | null;
  readonly alerter: Alerter;
  readonly clock: Pick<Clock, 'now'>;
};
