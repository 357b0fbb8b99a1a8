import type { Actor, CallBase, CallOf } from '../../shared/calls/call.ts';
import { defaultConfig, type GuardConfig } from '../../shared/config/config.ts';
import {
  type FactName,
  type Facts,
  type KeyMetadata,
  known,
  type Rotation,
  unknown,
} from '../../shared/facts/facts.ts';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import { goodTrail } from './memory-trails.ts';
import { perfectPolicy } from './policy-text.ts';

/** A key, a call and a configuration with everything right: each test spoils one thing. */

export const account = '111122223333';
export const region = 'eu-west-1';
export const keyId = '0a1b2c3d-1111-2222-3333-444455556666';
export const keyArn = `arn:aws:kms:${region}:${account}:key/${keyId}`;
export const primaryArn = `arn:aws:kms:us-east-1:${account}:key/mrk-0123456789abcdef0123456789abcdef`;
export const now = Date.parse('2026-11-20T09:15:00Z');

const millisecondsInDay = 86_400_000;
/** So many days before `now`, ISO 8601. */
export const daysAgo = (days: number): string => new Date(now - days * millisecondsInDay).toISOString();
export const minutesBefore = (time: string, minutes: number): string =>
  new Date(Date.parse(time) - minutes * 60_000).toISOString();

export const perfectActor: Actor = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/KeyAdmin/dana`,
  accountId: account,
  principalId: 'AROAEXAMPLEROLEID000:dana',
  userName: null,
  issuerArn: `arn:aws:iam::${account}:role/KeyAdmin`,
  sessionName: 'dana',
  sourceIdentity: null,
  mfaAuthenticated: true,
  invokedBy: null,
};

export const rootActor: Actor = {
  ...perfectActor,
  type: 'Root',
  arn: `arn:aws:iam::${account}:root`,
  issuerArn: null,
  sessionName: null,
};

export const callBase: CallBase = {
  eventID: 'c2a7e9d4-0000-4000-8000-00000000b001',
  eventName: 'ScheduleKeyDeletion',
  eventTime: '2026-11-20T09:14:07Z',
  time: Date.parse('2026-11-20T09:14:07Z'),
  account,
  region,
  partition: 'aws',
  keyArn,
  keyId,
  actor: perfectActor,
  sourceIPAddress: '198.51.100.23',
  userAgent: 'aws-cli/2.31.4',
  fromConsole: false,
  readOnly: false,
  failure: null,
  dryRun: false,
  requestOmitted: false,
  requestID: '5b0f6a1e-0000-4000-8000-00000000a001',
  sharedEventID: null,
  addendum: null,
  replayName: null,
  broughtBy: null,
};

export const scheduling: CallOf<'ScheduleKeyDeletion'> = {
  ...callBase,
  operation: 'ScheduleKeyDeletion',
  pendingWindowInDays: 30,
  keyState: 'PendingDeletion',
};
export const disabling: CallOf<'DisableKey'> = { ...callBase, eventName: 'DisableKey', operation: 'DisableKey' };
export const stoppingRotation: CallOf<'DisableKeyRotation'> = {
  ...callBase,
  eventName: 'DisableKeyRotation',
  operation: 'DisableKeyRotation',
};
export const startingRotation: CallOf<'EnableKeyRotation'> = {
  ...callBase,
  eventName: 'EnableKeyRotation',
  operation: 'EnableKeyRotation',
  rotationPeriodInDays: 365,
};

export const perfectMetadata: KeyMetadata = {
  keyId,
  keyState: 'Enabled',
  keyManager: 'CUSTOMER',
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  creationDate: '2024-01-15T10:00:00.000Z',
  deletionDate: null,
  pendingDeletionWindowInDays: null,
  description: 'payments',
  customKeyStoreId: null,
  expirationModel: null,
  validTo: null,
  multiRegion: null,
};

export const perfectRotation: Rotation = {
  of: keyArn,
  enabled: true,
  periodInDays: 365,
  nextRotationDate: '2027-01-15T10:00:00.000Z',
  keyState: 'Enabled',
};

/** Nobody refers to it and nobody has used it for more than a year: enabled, rotated, and free to be deleted. */
export const perfectFacts: Facts = {
  keyArn,
  account,
  region,
  metadata: known(perfectMetadata),
  rotation: known(perfectRotation),
  policy: known(perfectPolicy),
  aliases: known([]),
  tags: known({ owner: 'payments' }),
  grants: known([]),
  lastUse: known({ use: 'used', at: daysAgo(400), operation: 'Decrypt' }),
  history: known({
    stateChanges: [{ state: 'Enabled', at: '2024-01-15T10:00:00Z', actorArn: perfectActor.arn, source: 'an-event-id' }],
    rotation: { enabled: true, periodInDays: 365, at: '2024-01-15T10:00:05Z' },
  }),
  policyHistory: known({ versions: [] }),
  lastRotation: known({ of: keyArn, at: null }),
  family: known([]),
  failedUses: known([]),
  trails: known([goodTrail]),
  forwarding: known(null),
};

export const pendingMetadata: KeyMetadata = {
  ...perfectMetadata,
  keyState: 'PendingDeletion',
  deletionDate: '2026-12-20T09:14:07.000Z',
};

/** The perfect key, properly scheduled for deletion. */
export const pendingFacts: Facts = { ...perfectFacts, metadata: known(pendingMetadata) };

/** Facts with some of the metadata, or one fact, other than perfect. */
export const withMetadata = (facts: Facts, changes: Partial<KeyMetadata>): Facts => ({
  ...facts,
  metadata: facts.metadata.known ? known({ ...facts.metadata.value, ...changes }) : facts.metadata,
});
export const without = (facts: Facts, name: FactName): Facts => ({
  ...facts,
  [name]: unknown('access-denied', `kms:Something is not permitted: the ${name}`),
});

export const configWith = (
  deletion: Partial<GuardConfig['deletion']>,
  rotation: Partial<GuardConfig['rotation']> = {},
): GuardConfig => ({
  ...defaultConfig,
  deletion: { ...defaultConfig.deletion, ...deletion },
  rotation: { ...defaultConfig.rotation, ...rotation },
});

/** A judgement's whole input, perfect but for `changes`. */
export const inputWith = (changes: Partial<JudgeInput>): JudgeInput => ({
  call: null,
  facts: perfectFacts,
  config: defaultConfig,
  now,
  ...changes,
});
