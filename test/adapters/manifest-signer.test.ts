import { createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { kmsSigner } from '../../shared/adapters/manifest-signer.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { checkSignature } from '../../shared/reports/evidence/verify.ts';
import { type FakeRequest, fakeAws, type Reply } from '../support/fake-aws.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-a000-000000000001';
const algorithm = 'RSASSA_PKCS1_V1_5_SHA_256';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const text = Buffer.from('{"schema":"kms-guard/evidence/1"}');
const sha256 = createHash('sha256').update(text).digest();

/** KMS as it signs a digest: what it signs is what it was given, and nothing else. */
const kms = ({ action, body }: FakeRequest): Reply => {
  if (action === 'GetPublicKey')
    return { body: { PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') } };
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.from(String(body['Message']), 'base64');
  return { body: { Signature: privateEncrypt(privateKey, Buffer.concat([digestInfo, digest])).toString('base64') } };
};

const signWith = async (answer: (request: FakeRequest) => Reply) => {
  await using aws = await fakeAws(answer);
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = new KMSClient({ endpoint: aws.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const result = await kmsSigner(client, { keyArn, algorithm })(sha256);
  return { result, requests: [...aws.requests] };
};

test('KMS gets the digest, and what comes back verifies with the public key', async () => {
  const { result, requests } = await signWith(kms);
  expect(requests[0]).toMatchObject({
    action: 'Sign',
    body: {
      KeyId: keyArn,
      MessageType: 'DIGEST',
      SigningAlgorithm: algorithm,
      Message: sha256.toString('base64'),
    },
  });
  if (result.kind !== 'signed') throw new Error(result.why);
  const signature = {
    schema: 'kms-guard/evidence-signature/1',
    keyArn,
    algorithm,
    signature: result.signature,
  } as const;
  expect(checkSignature(text, signature, Buffer.from(result.publicKey)).state).toBe('valid');
});

test.each(['DisabledException', 'KMSInvalidStateException', 'NotFoundException', 'AccessDeniedException'])(
  '%s is an answer: the report goes without a signature',
  async (error) => {
    const { result } = await signWith(() => ({ error }));
    expect(result).toMatchObject({ kind: 'refused', why: expect.stringContaining(error) });
  },
);

test.each([
  { error: 'KMSInternalException', status: 500 },
  { error: 'ThrottlingException', status: 400 },
])('$error is tried again', async (reply) => {
  await expect(signWith(() => reply)).rejects.toThrow(RetryableFault);
});
