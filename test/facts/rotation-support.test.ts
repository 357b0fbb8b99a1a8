import { expect, test } from 'vitest';
import { rotationUnsupported } from '../../shared/facts/rotation-support.ts';
import { perfectMetadata } from '../support/perfect-key.ts';

test('KMS rotates symmetric encryption keys whose material it made', () => {
  expect(rotationUnsupported(perfectMetadata)).toBeNull();
});

test.each([
  ['custom key store', { customKeyStoreId: 'cks-1' }],
  ['EXTERNAL', { origin: 'EXTERNAL' }],
  ['EXTERNAL_KEY_STORE', { origin: 'EXTERNAL_KEY_STORE' }],
  ['RSA_2048', { keySpec: 'RSA_2048' }],
  ['HMAC_256', { keySpec: 'HMAC_256' }],
  ['SM2', { keySpec: 'SM2' }],
])('but not: %s, and says why', (word, metadata) => {
  expect(rotationUnsupported({ ...perfectMetadata, ...metadata })).toContain(word);
});
