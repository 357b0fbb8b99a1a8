import { GetKeyLastUsageCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';
import { grantsRead, kmsReader, regionOf } from '../../shared/adapters/kms-reader.ts';
import type { KeyReader } from '../../shared/ports.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { type FakeAws, fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';
import { keyArn, keyId, perfectMetadata, primaryArn } from '../support/perfect-key.ts';

const readerAt = (fake: FakeAws): KeyReader => kmsReader((region) => new KMSClient(fakeClientConfig(fake, region)));
const epoch = (date: string): number => Date.parse(date) / 1000;

const described = {
  AWSAccountId: '111122223333',
  KeyId: keyId,
  Arn: keyArn,
  CreationDate: epoch('2024-01-15T10:00:00Z'),
  Enabled: true,
  Description: 'payments',
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: 'Enabled',
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  MultiRegion: false,
};

/** What a reader makes of one answer, whatever it asked. */
const reading = async <T>(reply: Reply, read: (reader: KeyReader) => Promise<T>): Promise<T> => {
  await using fake = await fakeAws(() => reply);
  return await read(readerAt(fake));
};

test('the SDK in use has GetKeyLastUsage', () => {
  expect(GetKeyLastUsageCommand).toBeTypeOf('function');
});

test('the Region is the one of the ARN', async () => {
  expect([regionOf(keyArn), regionOf(primaryArn), regionOf('garbage')]).toEqual(['eu-west-1', 'us-east-1', '']);
  await using fake = await fakeAws(() => ({ body: { KeyMetadata: described } }));
  await readerAt(fake).describe(keyArn);
  await readerAt(fake).describe(primaryArn);
  expect(fake.requests.map(({ region, action, body }) => [region, action, body])).toEqual([
    ['eu-west-1', 'DescribeKey', { KeyId: keyArn }],
    ['us-east-1', 'DescribeKey', { KeyId: primaryArn }],
  ]);
});

describe('DescribeKey', () => {
  const describing = (changes: Readonly<Record<string, unknown>>) =>
    reading({ body: { KeyMetadata: { ...described, ...changes } } }, (reader) => reader.describe(keyArn));

  test('a key of one Region', async () => {
    expect(await describing({})).toEqual({ known: true, value: perfectMetadata });
  });

  test('pending deletion, with its date', async () => {
    const value = { keyState: 'PendingDeletion', deletionDate: '2026-12-20T09:14:07.000Z' };
    const answer = { KeyState: 'PendingDeletion', DeletionDate: epoch('2026-12-20T09:14:07Z') };
    expect(await describing(answer)).toMatchObject({ value });
  });

  test('imported material, with the date on which it expires', async () => {
    const value = { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: '2026-12-20T09:14:07.000Z' };
    const answer = { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: epoch('2026-12-20T09:14:07Z') };
    expect(await describing({ Origin: 'EXTERNAL', ...answer })).toMatchObject({ value });
  });

  test('a multi-Region primary that waits for its replicas', async () => {
    const MultiRegionConfiguration = {
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn: primaryArn, Region: 'us-east-1' },
      ReplicaKeys: [{ Arn: keyArn, Region: 'eu-west-1' }],
    };
    const answer = { KeyState: 'PendingReplicaDeletion', PendingDeletionWindowInDays: 7, MultiRegion: true };
    expect(await describing({ ...answer, MultiRegionConfiguration })).toMatchObject({
      value: {
        keyState: 'PendingReplicaDeletion',
        deletionDate: null,
        pendingDeletionWindowInDays: 7,
        multiRegion: { type: 'PRIMARY', primaryArn, replicaArns: [keyArn] },
      },
    });
  });

  test.each([
    ['a state that the guard does not know', { KeyState: 'Hibernating' }],
    ['no state', { KeyState: undefined }],
    ['no manager', { KeyManager: undefined }],
    ['a family without its members', { MultiRegion: true }],
  ])('%s is unknown', async (_name, changes) => {
    expect(await describing(changes)).toMatchObject({ known: false, reason: 'failed' });
  });

  test('no metadata at all', async () => {
    const fact = await reading({ body: {} }, (reader) => reader.describe(keyArn));
    expect(fact).toMatchObject({ known: false, reason: 'failed' });
  });
});

describe('GetKeyRotationStatus', () => {
  test('on, with period and next date', async () => {
    const body = {
      KeyRotationEnabled: true,
      RotationPeriodInDays: 180,
      NextRotationDate: epoch('2027-01-15T10:00:00Z'),
    };
    const value = { enabled: true, periodInDays: 180, nextRotationDate: '2027-01-15T10:00:00.000Z' };
    expect(await reading({ body }, (reader) => reader.rotation(keyArn))).toEqual({ known: true, value });
  });

  test('off', async () => {
    const fact = await reading({ body: { KeyRotationEnabled: false } }, (reader) => reader.rotation(keyArn));
    expect(fact).toEqual({ known: true, value: { enabled: false, periodInDays: null, nextRotationDate: null } });
  });

  test('an answer that does not tell is unknown', async () => {
    const fact = await reading({ body: {} }, (reader) => reader.rotation(keyArn));
    expect(fact).toMatchObject({ known: false, reason: 'failed' });
  });
});

describe('ListKeyRotations', () => {
  const rotation = (date: string) => ({ RotationDate: epoch(date), RotationType: 'ON_DEMAND', KeyId: keyArn });

  test('the latest counts, in whatever order they come', async () => {
    const Rotations = [
      rotation('2026-01-15T10:00:00Z'),
      rotation('2026-09-01T00:00:00Z'),
      rotation('2025-01-15T10:00:00Z'),
    ];
    const fact = await reading({ body: { Rotations, Truncated: false } }, (reader) => reader.lastRotation(keyArn));
    expect(fact).toEqual({ known: true, value: { at: '2026-09-01T00:00:00.000Z' } });
  });

  test('none: never rotated; material that waits for its rotation is none', async () => {
    const waiting = [{ KeyId: keyArn, KeyMaterialState: 'PENDING_ROTATION' }];
    for (const Rotations of [[], waiting]) {
      const fact = await reading({ body: { Rotations } }, (reader) => reader.lastRotation(keyArn));
      expect(fact).toEqual({ known: true, value: { at: null } });
    }
  });
});

test('GetKeyPolicy', async () => {
  const fact = await reading({ body: { Policy: '{"Statement":[]}' } }, (reader) => reader.policy(keyArn));
  expect(fact).toEqual({ known: true, value: '{"Statement":[]}' });
  expect(await reading({ body: {} }, (reader) => reader.policy(keyArn))).toMatchObject({ known: false });
});

/** Answers page by page; the marker is the number of the next page. */
const paged = (pages: readonly object[]) =>
  fakeAws(({ body }) => {
    const page = Number(body['Marker'] ?? 0);
    const more = page + 1 < pages.length;
    return { body: { ...pages[page], Truncated: more, ...(more ? { NextMarker: String(page + 1) } : {}) } };
  });

describe('lists are read to their end', () => {
  test('aliases of the key', async () => {
    await using fake = await paged([
      { Aliases: [{ AliasName: 'alias/one' }, { AliasName: 'alias/two' }] },
      { Aliases: [] },
      { Aliases: [{ AliasName: 'alias/three' }] },
    ]);
    const fact = await readerAt(fake).aliases(keyArn);
    expect(fact).toEqual({ known: true, value: ['alias/one', 'alias/two', 'alias/three'] });
    expect(fake.requests.every(({ body }) => body['KeyId'] === keyArn)).toBe(true);
  });

  test('tags, whatever their names', async () => {
    await using fake = await paged([
      { Tags: [{ TagKey: 'owner', TagValue: 'payments' }] },
      { Tags: [{ TagKey: '__proto__', TagValue: 'x' }] },
    ]);
    const fact = await readerAt(fake).tags(keyArn);
    expect(fact.known && Object.entries(fact.value)).toEqual([
      ['owner', 'payments'],
      ['__proto__', 'x'],
    ]);
  });

  test('grants', async () => {
    const full = {
      GrantId: 'g1',
      Name: 'app',
      GranteePrincipal: 'arn:aws:iam::111122223333:role/app',
      RetiringServicePrincipal: 'rds.amazonaws.com',
      IssuingAccount: 'arn:aws:iam::111122223333:root',
      Operations: ['Decrypt'],
      CreationDate: epoch('2025-01-01T00:00:00Z'),
      Constraints: { EncryptionContextSubset: { app: 'a' } },
    };
    await using fake = await paged([{ Grants: [full] }, { Grants: [{ GrantId: 'g2' }] }]);
    expect(await readerAt(fake).grants(keyArn)).toMatchObject({
      known: true,
      value: [
        {
          grantId: 'g1',
          retiringPrincipal: 'rds.amazonaws.com',
          creationDate: '2025-01-01T00:00:00.000Z',
          constraints: { encryptionContextEquals: null, encryptionContextSubset: { app: 'a' }, sourceArn: null },
        },
        { grantId: 'g2', granteePrincipal: null, operations: [], constraints: null },
      ],
    });
  });

  test.each([
    [grantsRead / 100, undefined],
    [grantsRead / 100 + 5, `the key has more than ${grantsRead} grants: only these were read`],
  ])('%d pages of grants', async (pages, detail) => {
    const page = { Grants: Array.from({ length: 100 }, (_, index) => ({ GrantId: `g${index}` })) };
    await using fake = await paged(Array.from({ length: pages }, () => page));
    const fact = await readerAt(fake).grants(keyArn);
    expect(fact.detail).toBe(detail);
    expect(fact.known && fact.value.length).toBe(grantsRead);
    expect(fake.requests).toHaveLength(grantsRead / 100);
  });
});

describe('GetKeyLastUsage', () => {
  const dates = { TrackingStartDate: epoch('2026-04-23T00:00:00Z'), KeyCreationDate: epoch('2024-01-15T10:00:00Z') };

  test.each([
    [
      'used',
      { KeyLastUsage: { Operation: 'Decrypt', Timestamp: epoch('2026-11-19T08:00:00Z') } },
      { use: 'used', at: '2026-11-19T08:00:00.000Z', operation: 'Decrypt' },
    ],
    [
      'never used',
      { KeyLastUsage: {}, KeyCreationDate: dates.TrackingStartDate },
      { use: 'never', since: '2026-04-23T00:00:00.000Z' },
    ],
    ['older than the tracking', { KeyLastUsage: {} }, { use: 'unknown', trackedSince: '2026-04-23T00:00:00.000Z' }],
  ])('%s', async (_name, answer, value) => {
    const fact = await reading({ body: { ...dates, ...answer } }, (reader) => reader.lastUse(keyArn));
    expect(fact).toEqual({ known: true, value });
  });
});

const reads: readonly (readonly [permission: string, read: (reader: KeyReader) => Promise<unknown>])[] = [
  ['kms:DescribeKey', (reader) => reader.describe(keyArn)],
  ['kms:GetKeyRotationStatus', (reader) => reader.rotation(keyArn)],
  ['kms:GetKeyPolicy', (reader) => reader.policy(keyArn)],
  ['kms:ListAliases', (reader) => reader.aliases(keyArn)],
  ['kms:ListResourceTags', (reader) => reader.tags(keyArn)],
  ['kms:ListGrants', (reader) => reader.grants(keyArn)],
  ['kms:GetKeyLastUsage', (reader) => reader.lastUse(keyArn)],
  ['kms:ListKeyRotations', (reader) => reader.lastRotation(keyArn)],
];

describe.each(reads)('%s', (permission, read) => {
  test.each([
    ['AccessDeniedException', 'access-denied'],
    ['AccessDenied', 'access-denied'],
    ['NotFoundException', 'not-found'],
    ['UnsupportedOperationException', 'unsupported'],
    ['InvalidArnException', 'failed'],
    ['ExpiredTokenException', 'failed'],
    ['AnErrorOfNextYear', 'failed'],
  ])('%s is unknown: %s', async (error, reason) => {
    const fact = await reading({ error, message: 'so says the fake' }, read);
    expect(fact).toMatchObject({ known: false, reason, detail: expect.stringContaining('so says the fake') });
  });

  test('a refusal names the permission', async () => {
    const fact = await reading({ error: 'AccessDeniedException' }, read);
    expect(fact).toMatchObject({ detail: expect.stringContaining(`${permission} is not permitted`) });
  });

  test.each([
    ['ThrottlingException', 400],
    ['KMSInternalException', 500],
    ['DependencyTimeoutException', 503],
    ['InternalFailure', 500],
  ])('%s is a fault that may pass', async (error, status) => {
    const fault = await reading({ error, status }, read).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(RetryableFault);
    expect(fault).toMatchObject({ message: `${permission} gave no answer`, cause: { name: error } });
  });
});

test('nobody answers at all', async () => {
  const fake = await fakeAws(() => ({ body: {} }));
  await fake[Symbol.asyncDispose]();
  await expect(readerAt(fake).describe(keyArn)).rejects.toBeInstanceOf(RetryableFault);
});
