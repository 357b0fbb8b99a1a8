import { describe, expect, it } from 'vitest';
import { type KeyRequest, withCallerKeys } from '../../shared/policy/request.ts';
import { KEY_ARN, OWN } from '../support/policy-fixtures.ts';

const asked = (principal: string, more: Partial<KeyRequest> = {}): KeyRequest =>
  withCallerKeys({ principal, principalType: 'AWS', action: 'kms:Decrypt', resource: KEY_ARN, context: {}, ...more });

describe('what every call of a principal carries', () => {
  it.each([
    [`arn:aws:iam::${OWN}:user/ann`, `arn:aws:iam::${OWN}:user/ann`],
    [`arn:aws:iam::${OWN}:role/app/Reader`, `arn:aws:iam::${OWN}:role/app/Reader`],
    [`arn:aws:iam::${OWN}:root`, `arn:aws:iam::${OWN}:root`],
    [`arn:aws:sts::${OWN}:federated-user/ann`, `arn:aws:sts::${OWN}:federated-user/ann`],
    [`arn:aws:sts::${OWN}:assumed-role/Reader/me`, `arn:aws:iam::${OWN}:role/Reader`],
    [`arn:aws-cn:sts::${OWN}:assumed-role/Reader/me`, `arn:aws-cn:iam::${OWN}:role/Reader`],
  ])('%s', (principal, arn) => {
    const request = asked(principal);
    expect(request.context).toEqual({
      'aws:PrincipalAccount': OWN,
      'aws:PrincipalArn': arn,
      'kms:CallerAccount': OWN,
    });
    expect(request.principal).toBe(principal);
  });

  it('leaves what the asker says, in whatever case', () => {
    const context = { 'AWS:principalarn': 'arn:aws:iam::999988887777:role/x', 'aws:SecureTransport': 'true' };
    expect(asked(`arn:aws:iam::${OWN}:user/ann`, { context }).context).toEqual({
      ...context,
      'aws:PrincipalAccount': OWN,
      'kms:CallerAccount': OWN,
    });
  });

  it.each([
    ['a service', 'logs.eu-west-1.amazonaws.com', 'Service'],
    ['a service that is called like a user', `arn:aws:iam::${OWN}:user/ann`, 'Service'],
    ['an identity provider', 'accounts.google.com', 'Federated'],
    ['nobody known', '*', 'AWS'],
    ['a text before the ARN', `x-arn:aws:iam::${OWN}:user/ann`, 'AWS'],
    ['an ARN of no account', 'arn:aws:iam::11112222333:user/ann', 'AWS'],
    ['an ARN of a key', KEY_ARN, 'AWS'],
    ['an account alone', `arn:aws:iam::${OWN}:`, 'AWS'],
  ] as const)('%s carries nothing more', (_name, principal, principalType) => {
    expect(asked(principal, { principalType }).context).toEqual({});
  });
});
