import { describe, expect, test } from 'vitest';
import { userIdentity } from '../../../local/bridge/user-identity.ts';
import type { Caller } from '../../../local/bridge/user-identity.ts';

const SINCE = '2026-11-20T08:58:11Z';
const caller = (change: Partial<Caller> & Pick<Caller, 'arn'>): Caller => ({
  accessKeyId: '111122223333',
  issuer: null,
  since: SINCE,
  ...change,
});

describe('userIdentity', () => {
  test('of an assumed role has its issuer, and no userName of its own', () => {
    const issuer = { arn: 'arn:aws:iam::111122223333:role/guards/deletion-guard', roleId: 'AROAEXAMPLEROLEID000' };
    const arn = 'arn:aws:sts::111122223333:assumed-role/deletion-guard/fn';
    expect(userIdentity(caller({ arn, issuer, accessKeyId: 'ASIAEXAMPLEKEYID0000' }))).toEqual({
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEROLEID000:fn',
      arn,
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLEKEYID0000',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID000',
          arn: issuer.arn,
          accountId: '111122223333',
          userName: 'deletion-guard',
        },
        attributes: { creationDate: SINCE, mfaAuthenticated: 'false' },
      },
    });
  });

  test('of an assumed role that nobody knows more of keeps its partition', () => {
    const identity = userIdentity(caller({ arn: 'arn:aws-cn:sts::111122223333:assumed-role/Admin/li' }));
    expect(identity['sessionContext']).toMatchObject({
      sessionIssuer: { arn: 'arn:aws-cn:iam::111122223333:role/Admin' },
    });
    expect(identity['accessKeyId']).toMatch(/^ASIA[0-9A-F]{16}$/);
  });

  test('of a user', () => {
    const arn = 'arn:aws:iam::111122223333:user/ops/legacy-admin';
    const identity = userIdentity(caller({ arn, accessKeyId: 'AKIAEXAMPLEKEYID0000' }));
    expect(identity).toMatchObject({
      type: 'IAMUser',
      userName: 'legacy-admin',
      accountId: '111122223333',
      accessKeyId: 'AKIAEXAMPLEKEYID0000',
    });
    expect(identity).not.toHaveProperty('sessionContext');
  });

  test('of the root user', () => {
    expect(userIdentity(caller({ arn: 'arn:aws:iam::111122223333:root' }))).toMatchObject({
      type: 'Root',
      principalId: '111122223333',
      accountId: '111122223333',
    });
  });
});
