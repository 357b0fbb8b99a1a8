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
