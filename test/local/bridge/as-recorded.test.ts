import { describe, expect, test } from 'vitest';
import { asRecorded, localeDate } from '../../../local/bridge/as-recorded.ts';

const at = (iso: string) => Date.parse(iso) / 1000;

describe('localeDate', () => {
  test.each([
    ['2026-11-27T09:14:07Z', 'Nov 27, 2026, 9:14:07 AM'],
    ['2021-11-02T23:25:25Z', 'Nov 2, 2021, 11:25:25 PM'],
    ['2026-01-01T00:00:00Z', 'Jan 1, 2026, 12:00:00 AM'],
    ['2026-06-30T12:05:09Z', 'Jun 30, 2026, 12:05:09 PM'],
  ])('%s is %s', (iso, written) => expect(localeDate(at(iso))).toBe(written));
});

describe('asRecorded', () => {
  test('lowers the first letter only, at every depth', () => {
    const given = { AWSAccountId: '1', MultiRegionConfiguration: { ReplicaKeys: [{ Arn: 'a', Region: 'b' }] } };
    expect(asRecorded(given)).toEqual({
      aWSAccountId: '1',
      multiRegionConfiguration: { replicaKeys: [{ arn: 'a', region: 'b' }] },
    });
  });

  test('leaves the words of an encryption context alone', () => {
    const context = { Department: 'IT', CreationDate: '1' };
    expect(asRecorded({ Constraints: { EncryptionContextEquals: context } })).toEqual({
      constraints: { encryptionContextEquals: context },
    });
  });

  test('drops secrets and fields without a value', () => {
    expect(
      asRecorded({ GrantToken: 's', KeyStorePassword: 's', Description: null, Tags: undefined, KeyId: 'k' }),
    ).toEqual({ keyId: 'k' });
  });
});
