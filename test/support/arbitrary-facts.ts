import * as fc from 'fast-check';
import type { Actor, Call } from '../../shared/calls/call.ts';
import { actorTypes } from '../../shared/calls/call.ts';
import { configSchema } from '../../shared/config/config.ts';
import {
  type Fact,
  type Facts,
  type KeyMetadata,
  type KeyState,
  known,
  type UnknownReason,
  unknown,
} from '../../shared/facts/facts.ts';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import { policyDocument } from './policy-arbitraries.ts';
import { goodPatterns, membersBusArn } from './memory-forwarding.ts';
import * as perfect from './perfect-key.ts';
import { createGrant, putPolicy } from './perfect-policy.ts';
import { perfectPolicy } from './policy-text.ts';

/** Any combination of facts, calls and configuration, sensible or not. */

const keyStates: readonly KeyState[] = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
];
const unknownReasons: readonly UnknownReason[] = [
  'not-fetched',
  'offline',
  'access-denied',
  'not-found',
  'unsupported',
  'failed',
];

const date = fc.oneof(
  fc.integer({ min: -10, max: 4_000 }).map((days) => perfect.daysAgo(days)),
  fc.constant('not a date'),
);
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const arn = fc.oneof(fc.constantFrom(perfect.keyArn, perfect.primaryArn), fc.string());

const factOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map((each) => known(each)) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...unknownReasons), fc.string()).map(([why, text]) => unknown(why, text)),
    },
  );

const metadata: fc.Arbitrary<KeyMetadata> = fc.record({
  keyId: fc.constant(perfect.keyId),
  keyState: fc.constantFrom(...keyStates),
  keyManager: fc.constantFrom('AWS', 'CUSTOMER'),
  keySpec: fc.constantFrom('SYMMETRIC_DEFAULT', 'RSA_2048', 'HMAC_256'),
  keyUsage: fc.constantFrom('ENCRYPT_DECRYPT', 'SIGN_VERIFY'),
  origin: fc.constantFrom('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'),
  creationDate: date,
  deletionDate: nullable(date),
  pendingDeletionWindowInDays: nullable(fc.integer({ min: 7, max: 30 })),
  description: fc.string(),
  customKeyStoreId: nullable(fc.constant('cks-1')),
  expirationModel: nullable(fc.constantFrom('KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE', 'NEW')),
  validTo: nullable(
    fc.oneof(
      date,
      fc.integer({ min: 1, max: 60 }).map((days) => perfect.daysAgo(-days)),
    ),
  ),
  multiRegion: nullable(
    fc.record({
      type: fc.constantFrom('PRIMARY', 'REPLICA'),
      primaryArn: arn,
      replicaArns: fc.array(arn, { maxLength: 3 }),
    }),
  ),
});

const rotation = fc.record({
  of: arn,
  enabled: fc.boolean(),
  periodInDays: nullable(fc.integer({ min: 90, max: 2560 })),
  nextRotationDate: nullable(date),
  keyState: fc.constantFrom(...keyStates),
});

const lastUse = fc.oneof(
  fc.record({ use: fc.constant('used' as const), at: date, operation: fc.string() }),
  fc.record({ use: fc.constant('never' as const), since: date }),
  fc.record({ use: fc.constant('unknown' as const), trackedSince: date }),
);

const stateChange = fc.record({
  state: fc.constantFrom('Enabled' as const, 'Disabled' as const),
  at: fc.oneof(
    date,
    fc.integer({ min: 0, max: 90 }).map((minutes) => perfect.minutesBefore(perfect.callBase.eventTime, minutes)),
  ),
  actorArn: nullable(fc.oneof(fc.constantFrom(perfect.perfectActor.arn ?? ''), fc.string())),
  source: fc.string(),
});

const grantee = fc.oneof(
  arn,
  fc.constantFrom(
    'arn:aws:iam::111122223333:role/app',
    'arn:aws:iam::111122223333:user/dana',
    'arn:aws:iam::444455556666:role/app',
    '444455556666',
    'ec2.eu-west-1.amazonaws.com',
  ),
);

const grant = fc.record({
  grantId: fc.oneof(fc.constant('a-grant'), fc.string()),
  name: nullable(fc.string()),
  granteePrincipal: nullable(grantee),
  granteeServicePrincipal: nullable(fc.constant('rds.amazonaws.com')),
  retiringPrincipal: nullable(arn),
  operations: fc.array(fc.constantFrom('Decrypt', 'Encrypt', 'CreateGrant')),
  issuingAccount: nullable(fc.string()),
  creationDate: nullable(date),
  constraints: fc.constant(null),
});

const policy = fc.oneof(
  { weight: 6, arbitrary: policyDocument.map((document) => JSON.stringify(document)) },
  { weight: 1, arbitrary: fc.constant(perfectPolicy) },
  { weight: 1, arbitrary: fc.string() },
);
const policyVersion = fc.record({ policy, at: date, source: fc.string(), good: fc.boolean() });

const failedUse = fc.record({
  operation: fc.constantFrom('Decrypt', 'GenerateDataKey'),
  at: date,
  actorArn: nullable(fc.oneof(fc.constantFrom(perfect.perfectActor.arn ?? ''), fc.string())),
  invokedBy: nullable(fc.constant('s3.amazonaws.com')),
  errorCode: fc.oneof(fc.constant('KMSInvalidStateException'), fc.string()),
});

const tags = fc.dictionary(fc.oneof(fc.string(), fc.constant('kms-guard:protected')), fc.string(), { maxKeys: 3 });
const replica = fc.record({
  keyArn: arn,
  keyState: factOf(fc.constantFrom(...keyStates)),
  policy: factOf(policy),
  tags: factOf(tags),
});

const words = fc.array(fc.oneof(fc.constantFrom('Management', 'kms.amazonaws.com', 'true', 'kms'), fc.string()), {
  maxLength: 2,
});
const fieldSelector = fc.record({
  field: fc.oneof(fc.constantFrom('eventCategory', 'eventSource', 'readOnly'), fc.string()),
  equals: words,
  startsWith: words,
  endsWith: words,
  notEquals: words,
  notStartsWith: words,
  notEndsWith: words,
});
const trail = fc.record({
  name: fc.string(),
  arn: fc.string(),
  organization: fc.boolean(),
  logging: factOf(fc.boolean()),
  selectors: factOf(
    fc.record({
      basic: fc.array(
        fc.record({
          readWriteType: fc.constantFrom('All', 'ReadOnly', 'WriteOnly'),
          includeManagementEvents: fc.boolean(),
          excludedSources: words,
        }),
        { maxLength: 2 },
      ),
      advanced: fc.array(fc.array(fieldSelector, { maxLength: 2 }), { maxLength: 2 }),
    }),
  ),
});

const forwarding = fc.record({
  busArn: fc.constant(membersBusArn),
  rules: fc.array(
    fc.record({
      name: fc.string(),
      described: factOf(
        fc.record({
          state: fc.oneof(fc.constantFrom('ENABLED', 'DISABLED'), fc.string()),
          eventPattern: nullable(
            fc.oneof(
              fc.constantFrom(...Object.values(goodPatterns)).map((good) => JSON.stringify(good)),
              fc.json(),
            ),
          ),
        }),
      ),
    }),
    { maxLength: 3 },
  ),
});

export const arbitraryFacts: fc.Arbitrary<Facts> = fc.record({
  keyArn: arn,
  account: fc.constant(perfect.account),
  region: fc.constant(perfect.region),
  metadata: factOf(metadata),
  rotation: factOf(rotation),
  policy: factOf(policy),
  aliases: factOf(fc.array(fc.string(), { maxLength: 7 })),
  tags: factOf(tags),
  grants: factOf(fc.array(grant, { maxLength: 3 })),
  lastUse: factOf(lastUse),
  history: factOf(fc.record({ stateChanges: fc.array(stateChange, { maxLength: 3 }), rotation: fc.constant(null) })),
  policyHistory: factOf(fc.record({ versions: fc.array(policyVersion, { maxLength: 3 }) })),
  lastRotation: factOf(fc.record({ of: arn, at: nullable(date) })),
  family: factOf(fc.array(replica, { maxLength: 2 })),
  failedUses: factOf(fc.array(failedUse, { maxLength: 3 })),
  trails: factOf(fc.array(trail, { maxLength: 2 })),
  forwarding: factOf(nullable(forwarding)),
});

const actor: fc.Arbitrary<Actor> = fc.record({
  type: fc.constantFrom(...actorTypes),
  arn: nullable(
    fc.oneof(
      fc.constantFrom(perfect.perfectActor.arn ?? '', 'arn:aws:sts::111122223333:assumed-role/ci/1'),
      fc.string(),
    ),
  ),
  accountId: nullable(fc.constant(perfect.account)),
  principalId: nullable(fc.string()),
  userName: nullable(fc.string()),
  issuerArn: nullable(arn),
  sessionName: nullable(fc.string()),
  sourceIdentity: nullable(fc.string()),
  mfaAuthenticated: nullable(fc.boolean()),
  invokedBy: nullable(fc.constant('cloudformation.amazonaws.com')),
});

const calls: fc.Arbitrary<Call> = fc
  .record({
    call: fc.oneof(
      fc
        .record({
          pendingWindowInDays: nullable(fc.integer({ min: 7, max: 30 })),
          keyState: nullable(fc.constantFrom(...keyStates)),
        })
        .map((own): Call => ({ ...perfect.scheduling, ...own })),
      fc.constantFrom<Call>(perfect.disabling, perfect.stoppingRotation, perfect.startingRotation, putPolicy),
      fc
        .record({ granteePrincipal: nullable(grantee), hasConstraints: fc.boolean() })
        .map((own): Call => ({ ...createGrant, ...own })),
      fc.constantFrom<Call>(
        { ...perfect.callBase, operation: 'UpdateAlias', aliasName: 'alias/orders' },
        { ...perfect.callBase, operation: 'TagResource', tags: { 'kms-guard:protected': 'no', team: 'x' } },
        { ...perfect.callBase, operation: 'UntagResource', tagKeys: ['kms-guard:protected'] },
        {
          ...perfect.callBase,
          operation: 'ReplicateKey',
          replicaRegion: 'us-east-1',
          replicaArn: null,
          replicaPolicy: null,
          bypassPolicyLockoutSafetyCheck: true,
        },
      ),
    ),
    actor,
    failure: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.record({ errorCode: fc.string(), errorMessage: nullable(fc.string()) }) },
    ),
    dryRun: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    requestOmitted: fc.boolean(),
  })
  .map(({ call, ...own }): Call => ({ ...call, ...own }));

const config = fc
  .record({
    minimumWindowInDays: fc.integer({ min: 7, max: 30 }),
    unusedForDays: fc.integer({ min: 1, max: 3650 }),
    protectedKeys: fc.array(fc.constantFrom('*', 'arn:*:key/0a1b*', 'arn:aws:kms:*'), { maxLength: 2 }),
    expectedActors: fc.array(fc.constantFrom('arn:aws:iam::*:role/KeyAdmin', 'arn:aws:iam::*:role/other'), {
      maxLength: 2,
    }),
  })
  .chain((deletion) =>
    fc
      .record({
        trust: fc.record({
          organization: nullable(fc.constant('o-own0000001')),
          accounts: fc.subarray(['333344445555', '444455556666']),
        }),
        replicaRegions: fc.subarray(['eu-west-1', 'us-east-1']),
        requiredTags: fc.subarray(['owner', 'kms-guard:protected']),
        rotation: fc.record({ manualPeriodInDays: fc.integer({ min: 1, max: 3650 }) }),
        disabled: fc.record({ maximumDays: fc.integer({ min: 1, max: 3650 }) }),
        grants: fc.record({ staleAfterDays: fc.integer({ min: 1, max: 3650 }) }),
      })
      .map((rest) => configSchema.parse({ deletion, ...rest })),
  );

export const arbitraryInput: fc.Arbitrary<JudgeInput> = fc.record({
  call: fc.option(calls, { nil: null, freq: 4 }),
  facts: arbitraryFacts,
  config,
  now: fc.constant(perfect.now),
  guardRoles: fc.subarray(['arn:aws:iam::111122223333:role/kms-guard', 'arn:aws:iam::444455556666:role/kms-guard']),
});
