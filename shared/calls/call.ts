/**
 * One KMS API call, or one event of the service itself, as CloudTrail recorded it.
 * Source: AWS KMS developer guide, "Logging AWS KMS API calls with AWS CloudTrail"; CloudTrail user guide, "record contents".
 */

/** `userIdentity.type`; `AWSService` also stands for events of KMS itself, which carry `invokedBy` and no type. */
export const actorTypes = [
  'Root',
  'IAMUser',
  'AssumedRole',
  'Role',
  'FederatedUser',
  'Directory',
  'AWSAccount',
  'AWSService',
  'IdentityCenterUser',
  'Unknown',
] as const;
export type ActorType = (typeof actorTypes)[number];

/** Who made the call. Every field but `type` is null where the record does not tell. */
export type Actor = {
  readonly type: ActorType;
  /** As recorded: for a role session the `assumed-role` ARN with the session name. */
  readonly arn: string | null;
  readonly accountId: string | null;
  readonly principalId: string | null;
  readonly userName: string | null;
  /** The role behind a session (`sessionContext.sessionIssuer.arn`). */
  readonly issuerArn: string | null;
  readonly sessionName: string | null;
  readonly sourceIdentity: string | null;
  readonly mfaAuthenticated: boolean | null;
  /** The AWS service that called on the actor's behalf, such as `cloudformation.amazonaws.com`. */
  readonly invokedBy: string | null;
};

/** Why a call changed nothing: CloudTrail's `errorCode`, each text at most 1 KB. */
export type Failure = { readonly errorCode: string; readonly errorMessage: string | null };

/** What every call has, whatever its operation. */
export type CallBase = {
  readonly eventID: string;
  readonly eventName: string;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  /** `eventTime` in milliseconds since the epoch. */
  readonly time: number;
  /** The account that the record was written for (`recipientAccountId`): the key's owner for a management call. */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Null where the record does not tell, as when a failed call named an alias or garbage. */
  readonly keyArn: string | null;
  /** The key as the caller typed it: key id, key ARN or alias. */
  readonly keyId: string | null;
  readonly actor: Actor;
  readonly sourceIPAddress: string | null;
  readonly userAgent: string | null;
  readonly fromConsole: boolean;
  readonly readOnly: boolean;
  /** Set when the call failed: then it is an *attempt*. */
  readonly failure: Failure | null;
  /** A failed call that was a dry run: it changed nothing even if it "would have succeeded". */
  readonly dryRun: boolean;
  /** CloudTrail left the request out for its size: what the caller asked is unknown. */
  readonly requestOmitted: boolean;
  readonly requestID: string | null;
  /** Links the two records of one cross-account call. */
  readonly sharedEventID: string | null;
  /** Set on a late or corrected copy of an earlier record. */
  readonly addendum: { readonly reason: string; readonly originalEventID: string | null } | null;
  /** The EventBridge replay that brought it (`replay-name`); null for a first delivery. */
  readonly replayName: string | null;
  /** The sweep that brought it to the guard once more; null for an event. Only of a scheduled deletion. */
  readonly broughtBy: string | null;
};

/** What the operation itself adds. Absent and omitted parameters are null. */
export type Operation =
  | {
      readonly operation: 'ScheduleKeyDeletion';
      readonly pendingWindowInDays: number | null;
      readonly keyState: string | null;
    }
  | { readonly operation: 'CancelKeyDeletion' }
  | { readonly operation: 'DisableKey' }
  | { readonly operation: 'EnableKey' }
  | { readonly operation: 'DisableKeyRotation' }
  | { readonly operation: 'EnableKeyRotation'; readonly rotationPeriodInDays: number | null }
  | { readonly operation: 'RotateKeyOnDemand' }
  | { readonly operation: 'RotateKey'; readonly rotationType: string | null }
  | {
      readonly operation: 'CreateKey';
      readonly policy: string | null;
      readonly bypassPolicyLockoutSafetyCheck: boolean;
      readonly keySpec: string | null;
      readonly keyUsage: string | null;
      readonly origin: string | null;
      readonly multiRegion: boolean;
    }
  | {
      readonly operation: 'PutKeyPolicy';
      readonly policy: string | null;
      readonly bypassPolicyLockoutSafetyCheck: boolean;
    }
  | {
      readonly operation: 'CreateGrant';
      readonly grantId: string | null;
      readonly granteePrincipal: string | null;
      readonly retiringPrincipal: string | null;
      readonly operations: readonly string[];
      readonly hasConstraints: boolean;
    }
  | { readonly operation: 'RevokeGrant'; readonly grantId: string | null }
  | { readonly operation: 'RetireGrant'; readonly grantId: string | null }
  | { readonly operation: 'CreateAlias'; readonly aliasName: string | null }
  | { readonly operation: 'UpdateAlias'; readonly aliasName: string | null }
  | { readonly operation: 'DeleteAlias'; readonly aliasName: string | null }
  | { readonly operation: 'ImportKeyMaterial'; readonly expirationModel: string | null }
  | { readonly operation: 'DeleteImportedKeyMaterial'; readonly keyMaterialId: string | null }
  | { readonly operation: 'DeleteExpiredKeyMaterial' }
  | {
      readonly operation: 'ReplicateKey';
      readonly replicaRegion: string | null;
      readonly replicaArn: string | null;
      readonly replicaPolicy: string | null;
      readonly bypassPolicyLockoutSafetyCheck: boolean;
    }
  | { readonly operation: 'UpdatePrimaryRegion'; readonly primaryRegion: string | null }
  | { readonly operation: 'SynchronizeMultiRegionKey' }
  | { readonly operation: 'TagResource'; readonly tags: Readonly<Record<string, string>> }
  | { readonly operation: 'UntagResource'; readonly tagKeys: readonly string[] }
  | { readonly operation: 'DeleteKey' }
  | { readonly operation: 'UpdateKeyDescription'; readonly description: string | null }
  | { readonly operation: 'CreateCustomKeyStore'; readonly customKeyStoreId: string | null }
  | { readonly operation: 'UpdateCustomKeyStore'; readonly customKeyStoreId: string | null }
  | { readonly operation: 'DeleteCustomKeyStore'; readonly customKeyStoreId: string | null }
  | { readonly operation: 'ConnectCustomKeyStore'; readonly customKeyStoreId: string | null }
  | { readonly operation: 'DisconnectCustomKeyStore'; readonly customKeyStoreId: string | null }
  /** A read or cryptographic call, or one that AWS added later: `eventName` tells. */
  | { readonly operation: 'Other' };

export type Call = CallBase & Operation;
export type OperationName = Operation['operation'];
/** The calls that a rule can watch. */
export type ManagementOperation = Exclude<OperationName, 'Other'>;
export type CallOf<Name extends OperationName> = Extract<Call, { operation: Name }>;

/** A body or record that is not a KMS call the guard can read. Alerted and recorded, never dropped. */
export type Unreadable = {
  readonly unreadable: true;
  /** One line: what is wrong, and at which path. */
  readonly reason: string;
  /** Where it is known nevertheless. */
  readonly eventID: string | null;
};

export type ParsedCall = { readonly unreadable: false; readonly call: Call } | Unreadable;
