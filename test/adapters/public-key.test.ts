import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kmsPublicKey } from '../../shared/adapters/public-key.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { checkSignature } from '../../shared/reports/evidence/verify.ts';
import { fakeAws, type Reply } from '../support/fake-aws.ts';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-a000-000000000001';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const der = publicKey.export({ type: 'spki', format: 'der' });

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});
afterAll(() => vi.unstubAllEnvs());

const ask = async (reply: Reply) => {
  await using aws = await fakeAws(() => reply);
  const answer = await kmsPublicKey({ keyArn, region: 'eu-central-1', endpoint: aws.endpoint });
  return { answer, requests: [...aws.requests] };
};

describe('the public key as KMS gives it', () => {
  test("is asked for in the key's own Region, and verifies what the key signed", async () => {
    const { answer, requests } = await ask({ body: { PublicKey: der.toString('base64') } });
    expect(requests).toMatchObject([{ action: 'GetPublicKey', region: 'eu-central-1', body: { KeyId: keyArn } }]);
    if (!answer.known) throw new Error(answer.detail);
    const text = Buffer.from('{"schema":"kms-guard/evidence/1"}');
    const signature = {
      schema: 'kms-guard/evidence-signature/1',
      keyArn,
      algorithm: 'ECDSA_SHA_256',
      signature: sign('sha256', text, privateKey).toString('base64'),
    } as const;
    const fingerprint = createHash('sha256').update(der).digest('hex');
    expect(checkSignature(text, signature, answer.value)).toEqual({ state: 'valid', fingerprint });
    expect(checkSignature(Buffer.from('{}'), signature, answer.value).state).toBe('invalid');
  });

  test.each([
    ['AccessDeniedException', 'access-denied', /^kms:GetPublicKey is not permitted: /],
    ['NotFoundException', 'not-found', /^NotFoundException: /],
    ['UnsupportedOperationException', 'unsupported', /^UnsupportedOperationException: /],
    ['DisabledException', 'failed', /^kms:GetPublicKey: DisabledException: /],
  ])('%s is no key', async (error, reason, detail) => {
    const { answer } = await ask({ error });
    expect(answer).toEqual({ known: false, reason, detail: expect.stringMatching(detail) });
  });

  test('an answer without a key is no key', async () => {
    expect((await ask({ body: {} })).answer).toMatchObject({ known: false, reason: 'failed' });
  });

  test('no answer is a fault, and no verdict', async () => {
    const nowhere = kmsPublicKey({ keyArn, region: 'eu-central-1', endpoint: 'http://127.0.0.1:9' });
    await expect(nowhere).rejects.toThrow(RetryableFault);
  });
});
