import { describe, expect, it } from 'vitest';
import { passesSafetyCheck, withCallerKeys } from '../../shared/policy/index.ts';
import { allow, analysisOf, delegation, deny, KEY_ARN, OWN, policyOf, role, root } from '../support/policy-fixtures.ts';

describe('how well the policy can still be changed', () => {
  it.each([
    [
      'robust',
      'until a date that only a Deny on other actions reads',
      [delegation, deny('kms:Decrypt', { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } })],
    ],
    [
      'conditional',
      'until a date',
      [allow(root(), 'kms:*', { Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } } })],
    ],
    ['conditional', 'from a date on', [delegation, deny('kms:*', { DateLessThan: { 'aws:EpochTime': '4102444800' } })]],
    [
      'conditional',
      'by anybody with a tag',
      [allow(root(), 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalTag/admin': 'yes' } } })],
    ],
    ['named', 'by a user', [allow({ AWS: `arn:aws:iam::${OWN}:user/ann` }, 'kms:*')]],
    ['named', 'by a session', [allow({ AWS: `arn:aws:sts::${OWN}:assumed-role/Admin/me` }, 'kms:PutKeyPolicy')]],
    ['locked', 'when only an undocumented reading would allow it', [allow(root(), 'k*:PutKeyPolicy')]],
    [
      'locked',
      'when a Deny may be read to stop it',
      [delegation, { Effect: 'Deny', NotPrincipal: root('444455556666'), Action: 'kms:*', Resource: '*' }],
    ],
    ['locked', 'when the statement is about another key', [{ ...delegation, Resource: `${KEY_ARN}0` }]],
    ['locked', 'without statements', []],
  ] as const)('%s: %s', (level, _name, statements) => {
    const { manageability } = analysisOf(statements);
    expect([manageability.level, manageability.undetermined]).toEqual([level, false]);
    expect(manageability.witness === null).toBe(level === 'locked');
  });

  it('says what the level depends on', () => {
    const perimeter = deny('kms:*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-own0000001' } });
    expect(analysisOf([delegation, perimeter]).manageability.dependsOn).toEqual(['aws:PrincipalOrgID']);
  });

  it('flags a locked policy as critical and a named one as medium', () => {
    const severities = (statements: Parameters<typeof analysisOf>[0]) =>
      analysisOf(statements).findings.flatMap((one) => (one.rule === 'policy-unmanageable' ? [one.severity] : []));
    expect(severities([allow(role('Admin'), 'kms:*')])).toEqual(['medium']);
    expect(severities([allow(role('Admin'), 'kms:Decrypt')])).toEqual(['critical']);
    expect(severities([delegation])).toEqual([]);
  });
});

describe("KMS's own safety check", () => {
  const as = (principal: string) =>
    withCallerKeys({ principal, principalType: 'AWS', action: 'kms:PutKeyPolicy', resource: KEY_ARN, context: {} });

  it('asks only whether the caller could do it again', () => {
    const policy = policyOf(allow(role('Admin'), 'kms:*'));
    expect(passesSafetyCheck(policy, as(`arn:aws:iam::${OWN}:role/Admin`))).toBe(true);
    expect(passesSafetyCheck(policy, as(`arn:aws:iam::${OWN}:root`))).toBe(false);
  });
});
