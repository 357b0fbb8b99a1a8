import { describe, expect, test } from 'vitest';
import type { KmsExchange } from '../../../local/bridge/kms-exchange.ts';
import { failedUseRecord, recordsOf } from '../../../local/bridge/records.ts';

const ID = '0a1b2c3d-1111-2222-3333-444455556666';
const ARN = `arn:aws:kms:eu-west-1:111122223333:key/${ID}`;
const outcome = { ok: false, code: 'KMSInvalidStateException', message: `${ARN} is pending deletion.` } as const;
const request = { CiphertextBlob: 'c2VjcmV0', Plaintext: 'c2VjcmV0', KeyId: ID, EncryptionContext: { Tenant: 'A' } };

const exchange = (operation: string, change: Partial<KmsExchange> = {}): KmsExchange => ({
  operation,
  account: '111122223333',
  region: 'eu-west-1',
  userIdentity: { type: 'Root' },
  sourceIPAddress: '127.0.0.1',
  userAgent: 'aws-cli/2.31.4',
  request,
  outcome,
  keyArn: ARN,
  grantId: null,
  requestID: '5b0f6a1e-0000-4000-8000-00000000a001',
  eventTime: '2026-11-20T09:14:07Z',
  newId: () => 'c2a7e9d4-0000-4000-8000-00000000b001',
  ...change,
});

describe('a use that failed', () => {
  test('is in the event history alone, as a read, without what was to be decrypted', () => {
    const failed = failedUseRecord(exchange('Decrypt'));
    expect(failed?.record).toMatchObject({
      eventName: 'Decrypt',
      readOnly: true,
      errorCode: 'KMSInvalidStateException',
      errorMessage: outcome.message,
      requestParameters: { keyId: ID, encryptionContext: { Tenant: 'A' } },
      resources: [{ ARN }],
    });
    expect(JSON.stringify(failed)).not.toContain('c2VjcmV0');
    expect(recordsOf(exchange('Decrypt'))).toEqual([]);
  });

  test('has no resource where the caller named no key; one that succeeds is left out, and so is any other call', () => {
    const nameless = failedUseRecord(exchange('Decrypt', { request: {}, keyArn: null }));
    expect(nameless?.record).not.toHaveProperty('resources');
    expect(failedUseRecord(exchange('Decrypt', { outcome: { ok: true, response: {} } }))).toBeNull();
    expect(failedUseRecord(exchange('DisableKey'))).toBeNull();
  });
});
