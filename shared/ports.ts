import type { Alert } from './alerts/alert.ts';
import type { ApprovalBook } from './approval-book.ts';
import type {
  Fact,
  FailedUse,
  Grant,
  KeyMetadata,
  LastRotation,
  LastUse,
  PolicyVersion,
  Rotation,
  StateChange,
} from './facts/facts.ts';
import type { Progress } from './delivery/progress.ts';
import type { Forwarding } from './facts/forwarding.ts';
import type { Trail } from './facts/trail.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { MetricName } from './metrics.ts';
import type { RemedyBudget } from './remedies/remedy-names.ts';
import type { WaiverBook } from './waiver-book.ts';
import type { ClaimResult, Intent, KeyRecord, LedgerEntry, Observation, SlotResult } from './ledger/entries.ts';

/**
 * Everything impure that the domain asks for. Plain objects; in-memory twins in `test/support`.
 * A port throws only for retryable faults (`RetryableFault`) and bugs; an answer that is expected is a value.
 */

/** Reads one key. `AccessDenied`, `NotFound` and `Unsupported` are unknown facts; throttling is retried, then thrown. */
export type KeyReader = {
  readonly describe: (keyArn: string) => Promise<Fact<KeyMetadata>>;
  readonly rotation: (keyArn: string) => Promise<Fact<Omit<Rotation, 'of' | 'keyState'>>>;
  readonly policy: (keyArn: string) => Promise<Fact<string>>;
  readonly aliases: (keyArn: string) => Promise<Fact<readonly string[]>>;
  readonly tags: (keyArn: string) => Promise<Fact<Readonly<Record<string, string>>>>;
  readonly grants: (keyArn: string) => Promise<Fact<readonly Grant[]>>;
  readonly lastUse: (keyArn: string) => Promise<Fact<LastUse>>;
  readonly lastRotation: (keyArn: string) => Promise<Fact<Omit<LastRotation, 'of'>>>;
};

/** What a write to KMS came back with, after its own retries of throttling. */
export type WriteResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** `invalid-state`: KMSInvalidStateException, DisabledException. */
      readonly reason: 'invalid-state' | 'access-denied' | 'not-found' | 'unsupported' | 'failed';
      readonly detail: string;
    };

/** The writes that remedies make. In `observe` nobody calls it, and the role could not either. */
export type KeyWriter = {
  readonly cancelKeyDeletion: (keyArn: string) => Promise<WriteResult>;
  readonly enableKey: (keyArn: string) => Promise<WriteResult>;
  readonly enableKeyRotation: (keyArn: string, periodInDays: number | null) => Promise<WriteResult>;
  /** Always with KMS's own lockout safety check. */
  readonly putKeyPolicy: (keyArn: string, policy: string) => Promise<WriteResult>;
  readonly revokeGrant: (keyArn: string, grantId: string) => Promise<WriteResult>;
};

/** CloudTrail event history of one key: the last 90 days, one Region. */
export type EventHistory = {
  /** Successful EnableKey, DisableKey and CreateKey calls, and cancelled deletions but the guard's own, newest first. */
  readonly stateChanges: (keyArn: string) => Promise<Fact<readonly StateChange[]>>;
  /** Cryptographic calls since `since` (ISO 8601; null: all) that failed for the state of the key, newest first. */
  readonly failedUses: (keyArn: string, since: string | null) => Promise<Fact<readonly FailedUse[]>>;
};

/** The trails that log the events of one account in one Region, shadows of trails of other Regions included. */
export type TrailReader = { readonly trails: () => Promise<Fact<readonly Trail[]>> };

/** What passes the calls of one account in one Region on to the guard. */
export type ForwardingReader = { readonly forwarding: () => Promise<Fact<Forwarding>> };

/** The DynamoDB table, see `ledger/entries.ts` for its items. */
export type Ledger = {
  /** Takes the lease on one event for one guard; a settled event is a duplicate, a live lease is busy. */
  readonly claim: (input: {
    guard: string;
    eventID: string;
    now: number;
    leaseInSeconds: number;
  }) => Promise<ClaimResult>;
  /** Written before acting, so that a crash between act and record is taken up again with the same decision. */
  readonly saveIntent: (input: { guard: string; eventID: string; intent: Intent }) => Promise<void>;
  /** Writes the entry with its findings and settles the claim, in one transaction. */
  readonly settle: (entry: LedgerEntry) => Promise<void>;
  /** Records a body that could not be read, and settles its claim. */
  readonly settleUnreadable: (input: {
    guard: string;
    eventID: string;
    reason: string;
    excerpt: string;
    at: string;
  }) => Promise<void>;
  readonly key: (keyArn: string) => Promise<KeyRecord | null>;
  /** Learns a key's state, rotation or last use; an older observation never overwrites a newer one. */
  readonly learn: (observation: Observation) => Promise<void>;
  /** The key policies that were seen in force, newest first: the last five good ones and the last five others. */
  readonly policies: (keyArn: string) => Promise<readonly PolicyVersion[]>;
  /** Learns the policy in force; one that is known already adds nothing, but may turn `good`. */
  readonly learnPolicy: (input: { keyArn: string; version: PolicyVersion }) => Promise<void>;
  /**
   * May the guard put a policy back? Once for a key and the text that is not to stand, ever: whoever puts that text again
   * wins, and people are told. `policyHash` is that text's; the event that was granted it is granted it again after a crash.
   */
  readonly claimRestore: (input: {
    keyArn: string;
    policyHash: string;
    eventID: string;
    now: number;
  }) => Promise<boolean>;
  /** One slot of the circuit breaker's budget for one event; asking again for the same event is answered the same again. */
  readonly takeRemedySlot: (input: {
    account: string;
    budget: RemedyBudget;
    eventID: string;
    now: number;
    limitPerHour: number;
  }) => Promise<SlotResult>;
};

export type Alerter = { readonly send: (alert: Alert) => Promise<void> };

/** Where an unreadable body goes at once, so that its batch-mates go on. */
export type DeadLetters = { readonly send: (body: string, reason: string) => Promise<void> };

export type Clock = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
};

export type Log = {
  readonly info: (message: string, data: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, error: unknown) => void;
  /** Its unit stands in `metrics.ts`. */
  readonly metric: (name: MetricName, value: number) => void;
};

/** Passes a heartbeat on, the way that alerts go. @throws RetryableFault */
export type Pulse = { readonly beat: (heartbeat: Heartbeat) => Promise<void> };

/** What a guard's pipeline needs, all of it. */
export type GuardPorts = {
  readonly reader: KeyReader;
  readonly writer: KeyWriter;
  readonly history: EventHistory;
  readonly ledger: Ledger;
  readonly approvals: Pick<ApprovalBook, 'of' | 'use'>;
  readonly waivers: Pick<WaiverBook, 'all'>;
  readonly alerter: Alerter;
  /** Tells that an alert has moved on. */
  readonly progress: Progress;
  readonly pulse: Pulse;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly log: Log;
};

/** A fault that another attempt may cure; the message goes back to its queue. */
export class RetryableFault extends Error {
  override readonly name = 'RetryableFault';
}
