import * as z from 'zod/mini';
import type { FakeRequest, Reply } from '../../test/support/fake-aws.ts';
import { type BurstEvent, inOrder, type KeyStart } from './events.ts';

/** KMS, as much of it as the guards ask for. */
export type BurstKms = {
  /** Null for what is not KMS's. */
  readonly answer: (request: FakeRequest) => Reply | null;
  /** Writes that were accepted, in order: the operation and the key. */
  readonly written: readonly string[];
  /** Before, every key is in order; now each becomes what its event tells. */
  readonly begin: () => void;
};

const named = z.looseObject({
  KeyId: z.optional(z.string()),
  GrantId: z.optional(z.string()),
  Policy: z.optional(z.string()),
});

type Key = { -readonly [Name in keyof KeyStart]: KeyStart[Name] } & { grantId: string };

const metadata = (arn: string, { state }: Key) => ({
  Arn: arn,
  KeyId: arn.split('/')[1],
  KeyState: state,
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  Origin: 'AWS_KMS',
  CreationDate: 1_767_000_000,
  Description: 'burst',
  ...(state === 'PendingDeletion' ? { DeletionDate: 1_999_000_000 } : {}),
});

const grantOf = (arn: string, { grant, grantId }: Key) => ({
  KeyId: arn,
  GrantId: grantId,
  GranteePrincipal: grant,
  Operations: ['Decrypt'],
  CreationDate: 1_767_000_000,
});

/** What each write takes and makes; false: KMSInvalidStateException. */
const writes: Readonly<Record<string, (key: Key, asked: z.infer<typeof named>) => boolean>> = {
  CancelKeyDeletion: (key) => {
    if (key.state !== 'PendingDeletion') return false;
    key.state = 'Disabled';
    return true;
  },
  EnableKey: (key) => {
    if (key.state === 'PendingDeletion') return false;
    key.state = 'Enabled';
    return true;
  },
  EnableKeyRotation: (key) => {
    if (key.state !== 'Enabled') return false;
    key.rotates = true;
    return true;
  },
  PutKeyPolicy: (key, { Policy: policy = '' }) => {
    key.policy = policy;
    return true;
  },
  RevokeGrant: (key, { GrantId: id }) => {
    if (id !== key.grantId) return false;
    key.grant = null;
    return true;
  },
};

const reads: Readonly<Record<string, (arn: string, key: Key) => unknown>> = {
  DescribeKey: (arn, key) => ({ KeyMetadata: metadata(arn, key) }),
  GetKeyPolicy: (_arn, { policy }) => ({ Policy: policy, PolicyName: 'default' }),
  GetKeyRotationStatus: (arn, { rotates }) => ({
    KeyId: arn,
    KeyRotationEnabled: rotates,
    ...(rotates ? { RotationPeriodInDays: 365, NextRotationDate: 1_999_000_000 } : {}),
  }),
  ListGrants: (arn, key) => ({ Grants: key.grant === null ? [] : [grantOf(arn, key)], Truncated: false }),
  ListAliases: () => ({ Aliases: [], Truncated: false }),
  ListResourceTags: () => ({ Tags: [], Truncated: false }),
  ListKeyRotations: () => ({ Rotations: [], Truncated: false }),
  GetKeyLastUsage: () => ({ KeyLastUsage: { Timestamp: Date.now() / 1000 - 3_600, Operation: 'Decrypt' } }),
};

export const burstKms = (events: readonly BurstEvent[]): BurstKms => {
  const keys = new Map<string, Key>(events.map(({ key, grantId }) => [key, { ...inOrder, grantId }]));
  const written: string[] = [];
  const answer = ({ action, body }: FakeRequest): Reply | null => {
    const read = reads[action];
    const write = writes[action];
    if (read === undefined && write === undefined) return null;
    const asked = named.parse(body);
    const arn = asked.KeyId ?? '';
    const key = keys.get(arn);
    if (key === undefined) return { error: 'NotFoundException' };
    if (read !== undefined) return { body: read(arn, key) };
    if (write?.(key, asked) !== true) return { error: 'KMSInvalidStateException' };
    written.push(`${action} ${arn}`);
    return { body: { KeyId: arn } };
  };
  const begin = (): void => {
    for (const { key, start, grantId } of events) keys.set(key, { ...start, grantId });
  };
  return { answer, written, begin };
};
