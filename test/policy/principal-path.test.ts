import { describe, expect, it } from 'vitest';
import { principalPath } from '../../shared/policy/index.ts';
import { allow, delegation, deny, KEY_ARN, OWN, type Part, policyOf, role } from '../support/policy-fixtures.ts';

const GUARD = `arn:aws:iam::${OWN}:role/kms-guard/Responder`;

const path = (...statements: readonly Part[]) =>
  principalPath(policyOf(...statements), { principal: GUARD, action: 'kms:CancelKeyDeletion', keyArn: KEY_ARN }).path;

describe('how the policy lets the guard save a key', () => {
  it.each([
    ['account', 'through the account', [delegation]],
    ['direct', 'by name', [allow({ AWS: GUARD }, 'kms:CancelKeyDeletion')]],
    [
      'direct',
      'as everybody of the account',
      [allow('*', 'kms:*', { Condition: { StringEquals: { 'kms:CallerAccount': OWN } } })],
    ],
    ['direct', 'by name, whatever the account does', [delegation, allow({ AWS: GUARD }, 'kms:*')]],
    ['denied', 'not, by an explicit Deny', [delegation, deny('kms:CancelKeyDeletion')]],
    ['denied', 'not, by a Deny with its name', [delegation, { ...deny('kms:*'), Principal: { AWS: GUARD } }]],
    [
      'denied',
      'not, by a Deny for those without MFA',
      [delegation, deny('kms:*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } })],
    ],
    [
      'denied',
      'not, when its sessions are not listed',
      [
        delegation,
        { Effect: 'Deny', NotPrincipal: { AWS: [GUARD, `arn:aws:iam::${OWN}:root`] }, Action: 'kms:*', Resource: '*' },
      ],
    ],
    ['none', 'not, when only another role is named', [allow(role('Admin'), 'kms:*')]],
    [
      'none',
      'not, when only one of its sessions is named',
      [allow({ AWS: `arn:aws:sts::${OWN}:assumed-role/Responder/tuesday` }, 'kms:*')],
    ],
    ['none', 'not, when AWS does not document that it could', [allow({ AWS: GUARD }, 'k*:CancelKeyDeletion')]],
    ['none', 'not, by a policy without statements', []],
  ] as const)('%s: %s', (wanted, _name, statements) => {
    expect(path(...statements)).toBe(wanted);
  });

  it('names the statements and takes what is known of the call', () => {
    const pinned = deny('kms:*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-own0000001' } }, { Sid: 'Perimeter' });
    const ask = { principal: GUARD, action: 'kms:EnableKey', keyArn: KEY_ARN };
    expect(principalPath(policyOf(delegation, pinned), ask)).toEqual({ path: 'denied', statements: ['Perimeter'] });
    const context = { 'aws:PrincipalOrgID': 'o-own0000001' };
    expect(principalPath(policyOf(delegation, pinned), { ...ask, context })).toEqual({
      path: 'account',
      statements: ['root'],
    });
  });
});

describe('the call it takes for granted', () => {
  const asks = (principal: string, ...statements: readonly Part[]) =>
    principalPath(policyOf(...statements), { principal, action: 'kms:CancelKeyDeletion', keyArn: KEY_ARN });
  const when = (operator: string, key: string, value: string): Part =>
    allow('*', 'kms:*', { Sid: 'When', Condition: { [operator]: { [key]: value } } });
  const direct = { path: 'direct', statements: ['When'] };
  const none = { path: 'none', statements: [] };
  const USER = `arn:aws:iam::${OWN}:user/ann`;

  it.each([
    ['Bool', 'aws:SecureTransport', 'true'],
    ['Bool', 'aws:PrincipalIsAWSService', 'false'],
    ['Bool', 'aws:ViaAWSService', 'false'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false'],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole'],
    ['ArnEquals', 'aws:PrincipalArn', GUARD],
    ['StringEquals', 'aws:PrincipalAccount', OWN],
  ])('of a role: %s %s %s', (operator, key, value) => {
    expect(asks(GUARD, when(operator, key, value))).toEqual(direct);
    expect(asks(GUARD, when(operator, key, `not-${value}`))).toEqual(none);
  });

  it('of a user: no session, so nothing about one', () => {
    expect(asks(USER, when('Bool', 'aws:SecureTransport', 'true'))).toEqual(direct);
    expect(asks(USER, when('ArnEquals', 'aws:PrincipalArn', USER))).toEqual(direct);
    expect(asks(USER, when('Null', 'aws:MultiFactorAuthPresent', 'true'))).toEqual(direct);
    expect(asks(USER, when('Null', 'aws:PrincipalType', 'true'))).toEqual(direct);
  });

  it.each([
    ['a role of another partition', 'arn:aws-cn:iam::111122223333:role/kms-guard/Responder'],
    ['a role without a path', `arn:aws:iam::${OWN}:role/Responder`],
    ['a role of a long path', `arn:aws:iam::${OWN}:role/a/b/c/Responder`],
  ])('%s: a Deny for one of its sessions counts', (_name, principal) => {
    const [, partition] = principal.split(':');
    const session = `arn:${partition}:sts::${OWN}:assumed-role/Responder/any-session`;
    const denied = { ...deny('kms:*', undefined, { Sid: 'Session' }), Principal: { AWS: session } };
    expect(asks(principal, when('Bool', 'aws:SecureTransport', 'true'), denied)).toEqual({
      path: 'denied',
      statements: ['Session'],
    });
  });

  it('counts an Allow to everybody but others as direct, when it is about this key', () => {
    const others = { Sid: 'Others', Effect: 'Allow', NotPrincipal: role('Other'), Action: 'kms:*', Resource: '*' };
    expect(asks(GUARD, others)).toEqual({ path: 'direct', statements: ['Others'] });
    expect(asks(GUARD, delegation, { ...others, Resource: 'arn:aws:kms:eu-west-1:999988887777:key/x' })).toEqual({
      path: 'account',
      statements: ['root'],
    });
  });
});
