import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/bridge/json-object.ts';
import type { KmsExchange } from '../../../local/bridge/kms-exchange.ts';
import { recordsOf, serviceEvent } from '../../../local/bridge/records.ts';
import { WRITE_OPERATIONS } from '../../../local/bridge/write-operations.ts';

const ID = '0a1b2c3d-1111-2222-3333-444455556666';
const ARN = `arn:aws:kms:eu-west-1:111122223333:key/${ID}`;
const ALIAS = 'arn:aws:kms:eu-west-1:111122223333:alias/app';
const MRK = 'mrk-0123456789abcdef0123456789abcdef';
const NOV_27 = Date.UTC(2026, 10, 27, 9, 14, 7) / 1000;
const POLICY = '{"Version":"2012-10-17","Statement":[]}';

function exchange(operation: string, request: JsonObject, change: Partial<KmsExchange> = {}): KmsExchange {
  let ids = 0;
  return {
    operation,
    account: '111122223333',
    region: 'eu-west-1',
    userIdentity: { type: 'Root' },
    sourceIPAddress: '127.0.0.1',
    userAgent: 'aws-cli/2.31.4',
    request,
    outcome: { ok: true, response: {} },
    keyArn: ARN,
    grantId: null,
    requestID: '5b0f6a1e-0000-4000-8000-00000000a001',
    eventTime: '2026-11-20T09:14:07Z',
    newId: () => `c2a7e9d4-0000-4000-8000-00000000b00${(ids += 1)}`,
    ...change,
  };
}

function ok(response: JsonObject): Pick<KmsExchange, 'outcome'> {
  return { outcome: { ok: true, response } };
}

interface Case {
  readonly operation: string;
  readonly request: JsonObject;
  readonly change?: Partial<KmsExchange>;
  readonly parameters: JsonObject | null;
  readonly elements: JsonObject | null;
  /** ARNs in `resources`; the key's where nothing is said. */
  readonly resources?: readonly string[];
}

const key = { KeyId: ID };
const typed = { keyId: ID };
const named = { keyId: ARN };
const METADATA = { AWSAccountId: '111122223333', KeyId: ID, Arn: ARN, CreationDate: NOV_27, KeyState: 'Enabled' };
const METADATA_RECORDED = {
  aWSAccountId: '111122223333',
  keyId: ID,
  arn: ARN,
  creationDate: 'Nov 27, 2026, 9:14:07 AM',
  keyState: 'Enabled',
};
const STORE = { CustomKeyStoreId: 'cks-1' };
const STORE_RECORDED = { customKeyStoreId: 'cks-1' };

const CASES: readonly Case[] = [
  { operation: 'CancelKeyDeletion', request: key, parameters: typed, elements: named },
  { operation: 'EnableKey', request: { KeyId: ARN }, parameters: named, elements: named },
  { operation: 'DisableKey', request: key, parameters: typed, elements: named },
  { operation: 'DisableKeyRotation', request: key, parameters: typed, elements: named },
  {
    operation: 'EnableKeyRotation',
    request: { ...key, RotationPeriodInDays: 180 },
    parameters: { ...typed, rotationPeriodInDays: 180 },
    elements: named,
  },
  {
    operation: 'CreateKey',
    request: { Tags: [{ TagKey: 'team', TagValue: 'blue' }], Policy: POLICY },
    change: { keyArn: null, ...ok({ KeyMetadata: METADATA }) },
    parameters: {
      bypassPolicyLockoutSafetyCheck: false,
      customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      description: '',
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      multiRegion: false,
      origin: 'AWS_KMS',
      policy: POLICY,
      tags: [{ tagKey: 'team', tagValue: 'blue' }],
    },
    elements: { keyMetadata: METADATA_RECORDED },
  },
  {
    operation: 'ScheduleKeyDeletion',
    request: { ...key, PendingWindowInDays: 7 },
    change: ok({ KeyId: ARN, KeyState: 'PendingDeletion', DeletionDate: NOV_27, PendingWindowInDays: 7 }),
    parameters: { ...typed, pendingWindowInDays: 7 },
    elements: {
      ...named,
      keyState: 'PendingDeletion',
      deletionDate: 'Nov 27, 2026, 9:14:07 AM',
      pendingWindowInDays: 7,
    },
  },
  {
    operation: 'PutKeyPolicy',
    request: { ...key, Policy: POLICY, BypassPolicyLockoutSafetyCheck: true },
    parameters: { ...typed, policy: POLICY, policyName: 'default', bypassPolicyLockoutSafetyCheck: true },
    elements: named,
  },
  {
    operation: 'CreateGrant',
    request: {
      ...key,
      GranteePrincipal: 'arn:aws:iam::999988887777:role/reader',
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextSubset: { Department: 'IT' } },
      GrantTokens: ['secret'],
    },
    change: ok({ GrantId: 'abc', GrantToken: 'secret' }),
    parameters: {
      ...typed,
      granteePrincipal: 'arn:aws:iam::999988887777:role/reader',
      operations: ['Decrypt'],
      constraints: { encryptionContextSubset: { Department: 'IT' } },
    },
    elements: { grantId: 'abc', ...named },
  },
  {
    operation: 'RevokeGrant',
    request: { ...key, GrantId: 'abc' },
    parameters: { ...typed, grantId: 'abc' },
    elements: null,
  },
  {
    operation: 'RetireGrant',
    request: { GrantToken: 'secret' },
    change: { grantId: 'abc' },
    parameters: null,
    elements: null,
  },
  {
    operation: 'CreateAlias',
    request: { AliasName: 'alias/app', TargetKeyId: ID },
    parameters: { aliasName: 'alias/app', targetKeyId: ID },
    elements: null,
    resources: [ARN, ALIAS],
  },
  {
    operation: 'UpdateAlias',
    request: { AliasName: 'alias/app', TargetKeyId: ID },
    parameters: { aliasName: 'alias/app', targetKeyId: ID },
    elements: null,
    resources: [ALIAS, ARN],
  },
  {
    operation: 'DeleteAlias',
    request: { AliasName: 'alias/app' },
    parameters: { aliasName: 'alias/app' },
    elements: null,
    resources: [ARN, ALIAS],
  },
  {
    operation: 'ImportKeyMaterial',
    request: { ...key, ImportToken: 'secret', EncryptedKeyMaterial: 'secret', ValidTo: NOV_27 },
    change: ok({ KeyMaterialId: 'f00d' }),
    parameters: { ...typed, validTo: 'Nov 27, 2026, 9:14:07 AM' },
    elements: { keyMaterialId: 'f00d', ...named },
  },
  {
    operation: 'DeleteImportedKeyMaterial',
    request: { ...key, KeyMaterialId: 'f00d' },
    change: ok({ KeyMaterialId: 'f00d' }),
    parameters: { ...typed, keyMaterialId: 'f00d' },
    elements: { keyMaterialId: 'f00d', ...named },
  },
  { operation: 'RotateKeyOnDemand', request: key, parameters: typed, elements: { keyId: ID } },
  {
    operation: 'TagResource',
    request: { ...key, Tags: [{ TagKey: 'a', TagValue: 'b' }] },
    parameters: { ...typed, tags: [{ tagKey: 'a', tagValue: 'b' }] },
    elements: null,
  },
  {
    operation: 'UntagResource',
    request: { ...key, TagKeys: ['a'] },
    parameters: { ...typed, tagKeys: ['a'] },
    elements: null,
  },
  {
    operation: 'UpdateKeyDescription',
    request: { ...key, Description: '' },
    parameters: { ...typed, description: '' },
    elements: null,
  },
  {
    operation: 'ReplicateKey',
    request: { ...key, ReplicaRegion: 'us-east-2' },
    change: ok({ ReplicaKeyMetadata: METADATA, ReplicaPolicy: POLICY }),
    parameters: { ...typed, replicaRegion: 'us-east-2', description: '', bypassPolicyLockoutSafetyCheck: false },
    elements: { replicaKeyMetadata: METADATA_RECORDED, replicaPolicy: POLICY },
  },
  {
    operation: 'UpdatePrimaryRegion',
    request: { ...key, PrimaryRegion: 'us-east-2' },
    parameters: { ...typed, primaryRegion: 'us-east-2' },
    elements: null,
  },
  {
    operation: 'CreateCustomKeyStore',
    request: { CustomKeyStoreName: 'hsm', KeyStorePassword: 'secret' },
    change: { keyArn: null, ...ok(STORE) },
    parameters: { customKeyStoreName: 'hsm' },
    elements: STORE_RECORDED,
    resources: [],
  },
  ...['UpdateCustomKeyStore', 'DeleteCustomKeyStore', 'ConnectCustomKeyStore', 'DisconnectCustomKeyStore'].map(
    (operation) => ({
      operation,
      request: STORE,
      change: { keyArn: null },
      parameters: STORE_RECORDED,
      elements: null,
      resources: [],
    }),
  ),
];

test('there is a case for every write operation', () => {
  expect(CASES.map(({ operation }) => operation).sort()).toEqual([...WRITE_OPERATIONS].sort());
});

describe.each(CASES)('$operation', ({ operation, request, change, parameters, elements, resources = [ARN] }) => {
  test('when it succeeds', () => {
    const [own] = recordsOf(exchange(operation, request, change));
    expect(own).toMatchObject({
      account: '111122223333',
      region: 'eu-west-1',
      detailType: 'AWS API Call via CloudTrail',
    });
    expect(own?.record).toMatchObject({ eventVersion: '1.11', eventName: operation, readOnly: false });
    expect(own?.record['requestParameters']).toEqual(parameters);
    expect(own?.record['responseElements']).toEqual(elements);
    const listed = resources.map((arn) => ({ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: arn }));
    expect(own?.record['resources']).toEqual(listed.length === 0 ? undefined : listed);
    expect(own?.record).not.toHaveProperty('errorCode');
    expect(JSON.stringify(own)).not.toContain('secret');
  });

  test('when it fails', () => {
    const outcome = { ok: false, code: 'NotFoundException', message: 'Key does not exist' } as const;
    const records = recordsOf(exchange(operation, request, { ...change, keyArn: null, outcome }));
    expect(records).toHaveLength(1);
    expect(records[0]?.record).toMatchObject({
      errorCode: 'NotFoundException',
      errorMessage: 'Key does not exist',
      requestParameters: parameters,
      responseElements: null,
    });
    expect(records[0]?.record).not.toHaveProperty('resources');
  });
});

describe('a record', () => {
  test('has the fields of event version 1.11', () => {
    const [own] = recordsOf(exchange('DisableKey', key));
    expect(own?.record).toEqual({
      eventVersion: '1.11',
      userIdentity: { type: 'Root' },
      eventTime: '2026-11-20T09:14:07Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'DisableKey',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: 'aws-cli/2.31.4',
      requestParameters: typed,
      responseElements: named,
      requestID: '5b0f6a1e-0000-4000-8000-00000000a001',
      eventID: 'c2a7e9d4-0000-4000-8000-00000000b001',
      readOnly: false,
      resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN }],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: 'kms.eu-west-1.amazonaws.com',
      },
    });
  });

  test.each(['DescribeKey', 'GetKeyPolicy', 'GetKeyLastUsage', 'Decrypt', 'GenerateDataKey', 'constructor'])(
    'is not written for %s',
    (operation) => expect(recordsOf(exchange(operation, key))).toEqual([]),
  );

  test('says AccessDenied, and cuts long messages', () => {
    const outcome = { ok: false, code: 'AccessDeniedException', message: 'x'.repeat(2000) } as const;
    const [own] = recordsOf(exchange('DisableKey', key, { outcome }));
    expect(own?.record).toMatchObject({ errorCode: 'AccessDenied', errorMessage: 'x'.repeat(1024) });
  });

  test.each(['CreateGrant', 'RevokeGrant', 'RetireGrant'])('of a dry run of %s shows that it was one', (operation) => {
    const outcome = { ok: false, code: 'DryRunOperationException', message: 'DryRun' } as const;
    const [own] = recordsOf(exchange(operation, { ...key, DryRun: true }, { outcome }));
    expect(own?.record).toMatchObject({
      errorCode: 'DryRunOperationException',
      requestParameters: { ...typed, dryRun: true },
      responseElements: null,
    });
  });

  test('of a primary with replicas has no deletion date', () => {
    const answer = ok({ KeyId: ARN, KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 30 });
    const [own] = recordsOf(exchange('ScheduleKeyDeletion', key, answer));
    expect(own?.record['responseElements']).toEqual({
      ...named,
      keyState: 'PendingReplicaDeletion',
      pendingWindowInDays: 30,
    });
  });

  test('of a retired grant names it outside the request', () => {
    const [own] = recordsOf(exchange('RetireGrant', { GrantToken: 'secret' }, { grantId: 'abc' }));
    expect(own?.record['additionalEventData']).toEqual({ grantId: 'abc' });
  });
});

describe('calls that are logged twice', () => {
  test('ReplicateKey is CreateKey in the replica Region', () => {
    const replica = ARN.replace('eu-west-1', 'us-east-2');
    const answer = ok({ ReplicaKeyMetadata: { ...METADATA, Arn: replica }, ReplicaPolicy: POLICY });
    const records = recordsOf(exchange('ReplicateKey', { KeyId: MRK, ReplicaRegion: 'us-east-2' }, answer));
    expect(records).toHaveLength(2);
    expect(records[1]).toMatchObject({
      region: 'us-east-2',
      record: {
        eventName: 'CreateKey',
        awsRegion: 'us-east-2',
        requestParameters: { multiRegion: true, policy: POLICY },
        responseElements: { keyMetadata: { arn: replica } },
        resources: [{ ARN: replica }],
      },
    });
    expect(records[1]?.record['eventID']).not.toBe(records[0]?.record['eventID']);
  });

  test('UpdatePrimaryRegion is done by KMS in the new primary Region', () => {
    const records = recordsOf(exchange('UpdatePrimaryRegion', { KeyId: MRK, PrimaryRegion: 'us-east-2' }));
    expect(records).toHaveLength(2);
    const [own, other] = records.map(({ record }) => record);
    expect(other).toMatchObject({
      awsRegion: 'us-east-2',
      userIdentity: { invokedBy: 'kms.amazonaws.com' },
      requestParameters: { keyId: ARN, primaryRegion: 'us-east-2' },
      requestID: own?.['requestID'],
    });
    expect(other).not.toHaveProperty('resources');
    expect(other).not.toHaveProperty('tlsDetails');
  });

  test('RotateKeyOnDemand is followed by the RotateKey service event', () => {
    const [, rotation] = recordsOf(exchange('RotateKeyOnDemand', key));
    expect(rotation).toMatchObject({
      detailType: 'AWS Service Event via CloudTrail',
      record: {
        eventName: 'RotateKey',
        eventType: 'AwsServiceEvent',
        requestParameters: null,
        serviceEventDetails: { rotationType: 'ON_DEMAND', keyId: ID },
      },
    });
  });
});

test('a service event has no caller', () => {
  const { record } = serviceEvent(exchange('', {}), 'DeleteKey', {});
  expect(record['userIdentity']).toEqual({ accountId: '111122223333', invokedBy: 'AWS Internal' });
  expect(record).toMatchObject({ sourceIPAddress: 'AWS Internal', responseElements: { keyId: ARN } });
  expect(record).not.toHaveProperty('requestID');
});
