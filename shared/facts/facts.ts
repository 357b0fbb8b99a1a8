import type { Forwarding } from './forwarding.ts';
import type { Trail } from './trail.ts';

/** What is known of a key now. Each fact is known, or unknown with a reason: unknown is never taken for safe. */

export type UnknownReason =
  | 'not-fetched' /** no rule in play needs it */
  | 'offline' /** no AWS account at hand, as in `replay` */
  | 'access-denied'
  | 'not-found'
  | 'unsupported' /** KMS has no answer for this kind of key */
  | 'failed'; /** anything else, after retries */

/** `detail` is set where the value is only a part, such as the first of many grants: there are at least these. */
export type Known<T> = { readonly known: true; readonly value: T; readonly detail?: string };
export type Unknown = { readonly known: false; readonly reason: UnknownReason; readonly detail: string };
export type Fact<T> = Known<T> | Unknown;

export const known = <T>(value: T, detail?: string): Known<T> =>
  detail === undefined ? { known: true, value } : { known: true, value, detail };
export const unknown = (reason: UnknownReason, detail: string): Unknown => ({ known: false, reason, detail });

/** KMS `KeyState`. */
export type KeyState =
  | 'Enabled'
  | 'Disabled'
  | 'PendingDeletion'
  | 'PendingReplicaDeletion'
  | 'PendingImport'
  | 'Unavailable'
  | 'Creating'
  | 'Updating';

/** From DescribeKey. Dates are ISO 8601. */
export type KeyMetadata = {
  readonly keyId: string;
  readonly keyState: KeyState;
  readonly keyManager: 'AWS' | 'CUSTOMER';
  readonly keySpec: string;
  readonly keyUsage: string;
  readonly origin: string;
  readonly creationDate: string;
  /** Null unless pending deletion; also null for a primary that waits for its replicas. */
  readonly deletionDate: string | null;
  readonly pendingDeletionWindowInDays: number | null;
  readonly description: string;
  readonly customKeyStoreId: string | null;
  /** `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`; only of imported material, null while it is removed. */
  readonly expirationModel: string | null;
  /** When the first of the imported materials expires. */
  readonly validTo: string | null;
  readonly multiRegion: null | {
    readonly type: 'PRIMARY' | 'REPLICA';
    readonly primaryArn: string;
    readonly replicaArns: readonly string[];
  };
};

/** From GetKeyRotationStatus; for a replica, of its primary (`of` tells whose). */
export type Rotation = {
  readonly of: string;
  readonly enabled: boolean;
  readonly periodInDays: number | null;
  readonly nextRotationDate: string | null;
  /** State of the key that was asked: while it is pending deletion `enabled` reads false and means nothing. */
  readonly keyState: KeyState;
};

/** The last change of key material, from ListKeyRotations; for a replica, of its primary (`of` tells whose). */
export type LastRotation = {
  readonly of: string;
  /** ISO 8601; null: the material was never changed. */
  readonly at: string | null;
};

/** One replica as its own Region shows it. AWS keeps the key material alike, and nothing of this. */
export type Replica = {
  readonly keyArn: string;
  readonly keyState: Fact<KeyState>;
  readonly policy: Fact<string>;
  readonly tags: Fact<Readonly<Record<string, string>>>;
};

/** A cryptographic call that failed because the key is disabled or pending deletion: somebody needs the key. */
export type FailedUse = {
  readonly operation: string;
  /** ISO 8601. */
  readonly at: string;
  readonly actorArn: string | null;
  /** The AWS service that called on the actor's behalf. */
  readonly invokedBy: string | null;
  readonly errorCode: string;
};

/** The three-way reading of GetKeyLastUsage: no use recorded proves nothing for a key older than the tracking. */
export type LastUse =
  | { readonly use: 'used'; readonly at: string; readonly operation: string }
  | { readonly use: 'never'; readonly since: string }
  | { readonly use: 'unknown'; readonly trackedSince: string };

export type Grant = {
  readonly grantId: string;
  readonly name: string | null;
  readonly granteePrincipal: string | null;
  readonly granteeServicePrincipal: string | null;
  readonly retiringPrincipal: string | null;
  readonly operations: readonly string[];
  readonly issuingAccount: string | null;
  readonly creationDate: string | null;
  readonly constraints: {
    readonly encryptionContextEquals: Readonly<Record<string, string>> | null;
    readonly encryptionContextSubset: Readonly<Record<string, string>> | null;
    readonly sourceArn: string | null;
  } | null;
};

/** One change of `Enabled`/`Disabled` that the ledger or CloudTrail shows. */
export type StateChange = {
  readonly state: 'Enabled' | 'Disabled';
  /** ISO 8601. */
  readonly at: string;
  readonly actorArn: string | null;
  /** What shows it: a CloudTrail event id, or `describe` for a look at the key. */
  readonly source: string;
};

/** What the ledger and CloudTrail remember of a key, newest first. */
export type KeyHistory = {
  readonly stateChanges: readonly StateChange[];
  readonly rotation: { readonly enabled: boolean; readonly periodInDays: number | null; readonly at: string } | null;
  /** The tags that the last sweep saw; absent where none has asked. */
  readonly sweptTags?: { readonly at: string; readonly tags: Readonly<Record<string, string>> };
};

/** One key policy that was in force, as the ledger keeps it. */
export type PolicyVersion = {
  readonly policy: string;
  /** When it was seen in force, ISO 8601. */
  readonly at: string;
  /** The CloudTrail event that showed it, or `describe` for a look at the key. */
  readonly source: string;
  /** No rule found a violation in it: one that may be restored. */
  readonly good: boolean;
};

/**
 * The policies that the ledger knew before the call in hand, newest first. Where the call changed nothing that KMS tells
 * apart, as after a reordering, the newest is the policy in force.
 */
export type PolicyHistory = { readonly versions: readonly PolicyVersion[] };

export type Facts = {
  readonly keyArn: string;
  readonly account: string;
  readonly region: string;
  readonly metadata: Fact<KeyMetadata>;
  readonly rotation: Fact<Rotation>;
  /** The key policy in force, as KMS returns it. */
  readonly policy: Fact<string>;
  /** Alias names with their `alias/` prefix. */
  readonly aliases: Fact<readonly string[]>;
  readonly tags: Fact<Readonly<Record<string, string>>>;
  readonly grants: Fact<readonly Grant[]>;
  readonly lastUse: Fact<LastUse>;
  readonly history: Fact<KeyHistory>;
  readonly policyHistory: Fact<PolicyHistory>;
  readonly lastRotation: Fact<LastRotation>;
  /** The replicas of a primary; empty for any other key: a family is looked at once. */
  readonly family: Fact<readonly Replica[]>;
  /** Newest first; only of a key that is pending deletion, empty for any other. */
  readonly failedUses: Fact<readonly FailedUse[]>;
  /** The trails that cover the account in this Region: a fact about the Region, not about one of its keys. */
  readonly trails: Fact<readonly Trail[]>;
  /** What passes the Region's calls on to the guard. Null where nothing has to: at the guard itself, or without an organization. */
  readonly forwarding: Fact<Forwarding | null>;
};

export type FactName = Exclude<keyof Facts, 'keyArn' | 'account' | 'region'>;
export const factNames: readonly FactName[] = [
  'metadata',
  'rotation',
  'policy',
  'aliases',
  'tags',
  'grants',
  'lastUse',
  'history',
  'policyHistory',
  'lastRotation',
  'family',
  'failedUses',
  'trails',
  'forwarding',
];
