import { describe, expect, test } from 'vitest';
import { accountOf, signerOf } from '../../../local/bridge/signature.ts';

const SCOPE = '111122223333/20261122/eu-west-1/kms/aws4_request';

describe('signerOf', () => {
  test('reads a signed header', () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host;x-amz-date, Signature=0`;
    expect(signerOf({ authorization }, '/')).toEqual({
      accessKeyId: '111122223333',
      region: 'eu-west-1',
      service: 'kms',
    });
  });

  test('reads a presigned address', () => {
    const path = `/?Action=GetCallerIdentity&X-Amz-Credential=${encodeURIComponent(SCOPE)}`;
    expect(signerOf({}, path)).toMatchObject({ region: 'eu-west-1' });
  });

  test.each([undefined, '', 'Basic abc', 'AWS4-HMAC-SHA256 Credential=only/part, Signature=0'])(
    'finds nobody in %s',
    (authorization) => {
      expect(signerOf(authorization === undefined ? {} : { authorization }, '/')).toBeUndefined();
    },
  );
});

test('a 12-digit key is an account, any other key is not', () => {
  expect(accountOf('111122223333')).toBe('111122223333');
  expect(accountOf('ASIAEXAMPLEKEYID0000')).toBeUndefined();
});
