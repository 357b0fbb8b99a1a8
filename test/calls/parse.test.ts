import { describe, expect, it } from 'vitest';
import type { Call } from '../../shared/calls/call.ts';
import { isWatchable, managementOperations, parseCall } from '../../shared/calls/parse.ts';
import { fixture, fixtures } from './fixtures.ts';

const key = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';
const bareId = '0a1b2c3d-1111-2222-3333-444455556666';
const multiRegionId = 'mrk-0123456789abcdef0123456789abcdef';
const multiRegionKey = `arn:aws:kms:eu-west-1:111122223333:key/${multiRegionId}`;
const replica = `arn:aws:kms:us-east-2:111122223333:key/${multiRegionId}`;
const policy = expect.stringContaining('"kms:*"');

const callOf = (input: unknown): Call => {
  const parsed = parseCall(input);
  if (parsed.unreadable) throw new Error(parsed.reason);
  return parsed.call;
};

/** What each fixture says, field by field. A management operation succeeded on `key` unless it says otherwise. */
const expected: Record<string, Record<string, unknown>> = {
  'create-key': { keyId: null, policy, keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT', multiRegion: false },
  'create-key-of-replica': {
    keyArn: replica,
    region: 'us-east-2',
    origin: 'AWS_KMS',
    multiRegion: true,
    bypassPolicyLockoutSafetyCheck: true,
  },
  'schedule-key-deletion': { pendingWindowInDays: 7, keyState: 'PendingDeletion', keyId: bareId, fromConsole: false },
  'schedule-key-deletion-default-window': { pendingWindowInDays: 30, keyId: key },
  'schedule-key-deletion-resources-null': { pendingWindowInDays: 7 },
  'schedule-key-deletion-multi-region': {
    keyArn: replica,
    keyState: 'PendingReplicaDeletion',
    pendingWindowInDays: 14,
  },
  'schedule-key-deletion-cloudhsm': { pendingWindowInDays: 30 },
  'schedule-key-deletion-denied': {
    keyArn: null,
    keyId: null,
    requestOmitted: true,
    pendingWindowInDays: null,
    failure: { errorCode: 'AccessDenied', errorMessage: expect.stringContaining('is not authorized') },
  },
  'schedule-key-deletion-of-alias': {
    keyArn: null,
    keyId: 'alias/orders',
    failure: { errorCode: 'NotFoundException', errorMessage: 'Invalid keyId alias/orders' },
  },
  'schedule-key-deletion-of-gone-key': { keyId: bareId, failure: expect.objectContaining({}) },
  'schedule-key-deletion-by-root': { fromConsole: true, actor: expect.objectContaining({ type: 'Root' }) },
  'schedule-key-deletion-china': {
    partition: 'aws-cn',
    keyArn: `arn:aws-cn:kms:cn-north-1:111122223333:key/${bareId}`,
  },
  'schedule-key-deletion-old-version': { account: '111122223333', readOnly: false, pendingWindowInDays: 7 },
  'cancel-key-deletion': {},
  'disable-key': {},
  'enable-key': { keyId: key },
  'disable-key-rotation': {
    keyArn: replica,
    actor: expect.objectContaining({
      type: 'AssumedRole',
      userName: 'ci-deploy',
      issuerArn: 'arn:aws:iam::111122223333:role/ci-deploy',
      sessionName: 'build-4821',
      mfaAuthenticated: false,
      invokedBy: 'cloudformation.amazonaws.com',
    }),
  },
  'disable-key-rotation-response-null': {},
  'enable-key-rotation': { rotationPeriodInDays: 730 },
  'enable-key-rotation-default-period': { rotationPeriodInDays: null },
  'rotate-key-on-demand': {},
  'rotate-key': {
    rotationType: 'AUTOMATIC',
    requestOmitted: false,
    actor: expect.objectContaining({ type: 'AWSService', arn: null, invokedBy: 'AWS Internal' }),
  },
  'put-key-policy': {
    policy,
    bypassPolicyLockoutSafetyCheck: false,
    actor: expect.objectContaining({ type: 'IAMUser', userName: 'legacy-admin', sessionName: null }),
  },
  'put-key-policy-lockout-check-bypassed': { bypassPolicyLockoutSafetyCheck: true },
  'put-key-policy-omitted': { policy: null, requestOmitted: true, keyId: null },
  'create-grant': {
    granteePrincipal: 'arn:aws:iam::111122223333:role/reader',
    retiringPrincipal: 'arn:aws:iam::111122223333:role/owner',
    operations: ['Decrypt', 'DescribeKey'],
    hasConstraints: true,
  },
  'create-grant-to-service': { granteePrincipal: 'rds.amazonaws.com', hasConstraints: false },
  'create-grant-dry-run': { dryRun: true, grantId: null, failure: expect.objectContaining({}) },
  'revoke-grant': { grantId: 'f'.repeat(64) },
  'retire-grant': { grantId: 'f'.repeat(64), requestOmitted: false, keyId: null },
  'create-alias': { aliasName: 'alias/orders', keyId: bareId },
  'update-alias': { aliasName: 'alias/orders' },
  'delete-alias': { aliasName: 'alias/orders', keyId: null },
  'import-key-material': { expirationModel: 'KEY_MATERIAL_EXPIRES' },
  'delete-imported-key-material': { keyMaterialId: 'a'.repeat(64) },
  'delete-expired-key-material': { keyId: key },
  'replicate-key': { keyArn: multiRegionKey, replicaRegion: 'us-east-2', replicaArn: replica, replicaPolicy: policy },
  'update-primary-region': { keyArn: multiRegionKey, primaryRegion: 'us-east-2' },
  'update-primary-region-in-new-primary': { keyArn: replica, region: 'us-east-2' },
  'synchronize-multi-region-key': { keyArn: multiRegionKey, requestOmitted: false },
  'tag-resource': { tags: Object.fromEntries([...Object.entries({ team: 'orders' }), ['__proto__', 'polluted']]) },
  'untag-resource': { tagKeys: ['team', 'stage'] },
  'delete-key': { requestOmitted: false },
  'delete-key-cloudhsm': {},
  'update-key-description': { description: '' },
  'create-custom-key-store': { keyArn: null, customKeyStoreId: 'cks-1234567890abcdef0' },
  'update-custom-key-store': { keyArn: null, customKeyStoreId: 'cks-1234567890abcdef0' },
  'delete-custom-key-store': { keyArn: null, customKeyStoreId: 'cks-1234567890abcdef0' },
  'connect-custom-key-store': { keyArn: null, customKeyStoreId: 'cks-1234567890abcdef0' },
  'disconnect-custom-key-store': { keyArn: null, customKeyStoreId: 'cks-1234567890abcdef0' },
  'decrypt-by-service': {
    operation: 'Other',
    readOnly: true,
    actor: expect.objectContaining({ invokedBy: 's3.amazonaws.com' }),
  },
  'decrypt-cross-account': {
    operation: 'Other',
    readOnly: true,
    sharedEventID: '0dd5a1c6-0000-4000-8000-00000000c001',
    actor: expect.objectContaining({ type: 'AWSAccount', accountId: '999988887777', sessionName: 'session' }),
  },
  'list-aliases': { operation: 'Other', keyArn: null, readOnly: true },
  'disable-key-redelivered-late': {
    addendum: { reason: 'DELIVERY_DELAY', originalEventID: 'c2a7e9d4-0000-4000-8000-00000000ffff' },
  },
  'event-schedule-key-deletion': { replayName: null, pendingWindowInDays: 7 },
  'event-schedule-key-deletion-replayed': { replayName: 'after-outage' },
  'event-rotate-key': { eventName: 'RotateKey', rotationType: 'AUTOMATIC' },
  'native-rotation': {
    operation: 'RotateKey',
    rotationType: 'ON_DEMAND',
    eventID: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  },
  'native-deletion': { operation: 'DeleteKey', actor: expect.objectContaining({ type: 'AWSService', arn: null }) },
  'native-material-expiration': { operation: 'DeleteExpiredKeyMaterial', keyArn: multiRegionKey },
  'lookup-disable-key-rotation': { operation: 'DisableKeyRotation', keyArn: replica, region: 'us-east-2' },
};

describe('every fixture', () => {
  it.each([...fixtures])('%s reads as it says', (name, input) => {
    const call = callOf(input);
    const usual = {
      account: '111122223333',
      partition: 'aws',
      keyArn: key,
      failure: null,
      dryRun: false,
      readOnly: false,
    };
    expect(call).toMatchObject({ ...usual, requestOmitted: false, ...expected[name] });
    expect(call.time).toBe(Date.parse(call.eventTime));
    expect(call.operation).toBe(isWatchable(call.eventName) ? call.eventName : 'Other');
  });

  it('has its expectation, and every operation and shape a fixture', () => {
    expect(Object.keys(expected).sort()).toEqual([...fixtures.keys()].sort());
    const seen = new Set([...fixtures.values()].map((input) => callOf(input).operation));
    expect([...seen].sort()).toEqual([...managementOperations, 'Other'].sort());
  });

  it('gives one call through all three ways in', () => {
    const record = fixture('disable-key-rotation');
    const event = { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.kms', detail: record };
    expect(callOf(event)).toEqual(callOf(record));
    expect(callOf(fixture('lookup-disable-key-rotation'))).toEqual(callOf(record));
  });
});

describe('which key', () => {
  const record = fixture('schedule-key-deletion');
  const other = '99aa88bb-1111-2222-3333-77cc66dd55ee';

  it('trusts the answer before the resources, and those before the request', () => {
    expect(callOf({ ...record, requestParameters: { keyId: other } }).keyArn).toBe(key);
    expect(callOf({ ...record, requestParameters: { keyId: other }, responseElements: null }).keyArn).toBe(key);
    const requestOnly = { ...record, requestParameters: { keyId: other }, responseElements: null, resources: null };
    expect(callOf(requestOnly).keyArn).toBe(`arn:aws:kms:eu-west-1:111122223333:key/${other}`);
  });

  it.each(['alias/orders', 'not a key', '', '../x', 'x', 'arn:aws:kms:eu-west-1:111122223333:alias/orders', 7, null])(
    'a failed call that named %j is about no known key',
    (keyId) => {
      const failed = { ...record, requestParameters: { keyId }, responseElements: null, resources: null };
      expect(callOf({ ...failed, errorCode: 'NotFoundException' }).keyArn).toBeNull();
    },
  );

  it.each([
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['ap-southeast-5', 'aws'],
  ])('in %s the partition is %s', (awsRegion, partition) => {
    const call = callOf({ ...record, awsRegion, responseElements: null, resources: null });
    expect(call).toMatchObject({ partition, keyArn: `arn:${partition}:kms:${awsRegion}:111122223333:key/${bareId}` });
  });
});

describe('what cannot be read', () => {
  const record = fixture('schedule-key-deletion');
  const { eventID: id } = record;
  const event = { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.kms' };

  it.each([
    [null, '$: null is not an object'],
    ['text', '$: "text" is not an object'],
    [[record], '$: an array is not an object'],
    [{}, '$: neither a CloudTrail record, an EventBridge event nor a LookupEvents item'],
    [{ ...event, detail: null }, '$.detail: null is not a CloudTrail record'],
    [{ ...event, detail: { ...record, awsRegion: 'x\n' } }, '$.detail.awsRegion: malformed, "x?"'],
    [
      { 'detail-type': 'KMS CMK Rotation', source: 'mine' },
      '$.detail-type: "KMS CMK Rotation" from "mine" tells of no KMS call',
    ],
    [fixture('native-rotation', { time: undefined }), '$.time: missing'],
    [{ CloudTrailEvent: '{"eventSource"' }, '$.CloudTrailEvent: not JSON'],
    [{ CloudTrailEvent: '[]' }, '$.CloudTrailEvent: an array is not a CloudTrail record'],
    [{ CloudTrailEvent: '{}' }, '$.CloudTrailEvent.eventSource: undefined is not kms.amazonaws.com'],
  ])('%j: %s', (input, reason) => {
    expect(parseCall(input)).toMatchObject({ unreadable: true, reason });
  });

  it.each([
    ['eventSource', 's3.amazonaws.com', '$.eventSource: "s3.amazonaws.com" is not kms.amazonaws.com'],
    ['eventName', 'Disable Key', '$.eventName: malformed, "Disable Key"'],
    ['eventName', '__proto__', '$.eventName: malformed, "__proto__"'],
    ['eventTime', '2026-11-20', '$.eventTime: malformed, "2026-11-20"'],
    ['eventTime', '2026-13-45T99:99:99Z', '$.eventTime: malformed, "2026-13-45T99:99:99Z"'],
    ['awsRegion', 'eu-west-1.evil.example', '$.awsRegion: malformed, "eu-west-1.evil.example"'],
    ['recipientAccountId', 'root', '$.recipientAccountId: malformed, "root"'],
    ['errorCode', { code: 1 }, '$.errorCode: malformed, object'],
  ])('a record whose %s is %j', (name, value, reason) => {
    expect(parseCall({ ...record, [name]: value })).toEqual({ unreadable: true, reason, eventID: id });
  });

  it.each(['eventID', 'eventName', 'eventTime', 'awsRegion'])('a record without %s', (name) => {
    expect(parseCall({ ...record, [name]: undefined })).toMatchObject({
      unreadable: true,
      reason: `$.${name}: missing`,
    });
  });
});

describe('what is only odd', () => {
  it('reads flags and numbers that a pipeline turned into text, or out of it', () => {
    const odd = fixture('schedule-key-deletion', { readOnly: 'false', sessionCredentialFromConsole: true });
    const call = callOf({
      ...odd,
      responseElements: null,
      requestParameters: { keyId: bareId, pendingWindowInDays: '7' },
    });
    expect(call).toMatchObject({ readOnly: false, fromConsole: true, pendingWindowInDays: 7 });
  });

  // KMS ignores parameters that a call does not have, and a dry run always fails: what succeeded was done.
  it.each(['ScheduleKeyDeletion', 'DisableKey', 'PutKeyPolicy', 'CreateGrant'])(
    'takes a %s that succeeded as done, though its request says dryRun',
    (eventName) => {
      const odd = fixture('schedule-key-deletion', { eventName });
      const requestParameters = { keyId: bareId, pendingWindowInDays: 7, dryRun: true };
      expect(callOf({ ...odd, requestParameters })).toMatchObject({ failure: null, dryRun: false });
      const failed = { ...odd, requestParameters, errorCode: 'AccessDenied' };
      expect(callOf(failed)).toMatchObject({ dryRun: true });
    },
  );

  it('takes a call that AWS added later as Other, by its name', () => {
    expect(callOf(fixture('disable-key', { eventName: 'constructor' }))).toMatchObject({ operation: 'Other' });
    expect([isWatchable('DisableKey'), isWatchable('Decrypt'), isWatchable('constructor')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('keeps a tag called __proto__ as a tag', () => {
    const call = callOf(fixture('tag-resource'));
    expect(call.operation === 'TagResource' && Object.entries(call.tags)).toContainEqual(['__proto__', 'polluted']);
  });
});
