import { KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';
import { kmsWriter } from '../../shared/adapters/kms-writer.ts';
import { type KeyWriter, RetryableFault } from '../../shared/ports.ts';
import { fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';
import { keyArn } from '../support/perfect-key.ts';

const policy = '{"Version":"2012-10-17","Statement":[]}';

/** What a write asks of KMS, and what the writer makes of the answer. */
const writing = async (reply: Reply, write: (writer: KeyWriter) => Promise<unknown>) => {
  await using fake = await fakeAws(() => reply);
  const answer = await write(kmsWriter((region) => new KMSClient(fakeClientConfig(fake, region))));
  return { answer, requests: fake.requests.map(({ region, action, body }) => [region, action, body]) };
};
const answerTo = async (error: string) =>
  (await writing({ error, message: 'why' }, (writer) => writer.putKeyPolicy(keyArn, policy))).answer;

describe('the exact request', () => {
  test.each<[string, (writer: KeyWriter) => Promise<unknown>, Record<string, unknown>]>([
    ['CancelKeyDeletion', (writer) => writer.cancelKeyDeletion(keyArn), { KeyId: keyArn }],
    ['EnableKey', (writer) => writer.enableKey(keyArn), { KeyId: keyArn }],
    ['EnableKeyRotation', (writer) => writer.enableKeyRotation(keyArn, null), { KeyId: keyArn }],
    // No BypassPolicyLockoutSafetyCheck, ever.
    [
      'PutKeyPolicy',
      (writer) => writer.putKeyPolicy(keyArn, policy),
      { KeyId: keyArn, PolicyName: 'default', Policy: policy },
    ],
    ['RevokeGrant', (writer) => writer.revokeGrant(keyArn, 'abc'), { KeyId: keyArn, GrantId: 'abc' }],
  ])('%s', async (action, write, body) => {
    const { answer, requests } = await writing({ body: {} }, write);
    expect(answer).toEqual({ ok: true });
    expect(requests).toEqual([['eu-west-1', action, body]]);
  });
});

describe('an answer that says no', () => {
  test.each([
    ['KMSInvalidStateException', 'invalid-state'],
    ['AccessDeniedException', 'access-denied'],
    ['NotFoundException', 'not-found'],
    ['UnsupportedOperationException', 'unsupported'],
    // The lockout safety check answers so, and a principal that no longer exists.
    ['MalformedPolicyDocumentException', 'failed'],
    ['LimitExceededException', 'failed'],
    ['InvalidGrantIdException', 'failed'],
  ])('%s is %s', async (error, reason) => {
    expect(await answerTo(error)).toMatchObject({ ok: false, reason, detail: expect.stringContaining('why') });
  });

  test.each(['ThrottlingException', 'KMSInternalException', 'SomethingNew'])(
    '%s may be cured by another attempt',
    async (error) => {
      await expect(answerTo(error)).rejects.toThrow(RetryableFault);
    },
  );
});
