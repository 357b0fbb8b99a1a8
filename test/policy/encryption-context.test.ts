import { describe, expect, it } from 'vitest';
import { encryptionContextFindings } from '../../shared/policy/index.ts';
import { allow, delegation, deny, OWN, type Part, policyOf, role } from '../support/policy-fixtures.ts';

const findings = (...statements: readonly Part[]) => encryptionContextFindings(policyOf(...statements));
const when = (operator: string, key: string): Part => ({ Condition: { [operator]: { [key]: 'x' } } });

describe('use without an encryption context', () => {
  it('is told with the name of the statement', () => {
    expect(findings(delegation, allow(role('App'), 'kms:Decrypt', { Sid: 'Use' }))).toEqual([
      {
        rule: 'policy-no-encryption-context',
        verdict: 'violation',
        severity: 'low',
        message: 'Use allows use of the key with any encryption context, or none',
        data: { statement: 'Use' },
      },
    ]);
  });

  it.each([
    ['every action', 'kms:*'],
    ['any case', 'KMS:DECRYPT'],
    ['encryption', 'kms:Encrypt'],
    ['data keys', 'kms:GenerateDataKeyWithoutPlaintext'],
    ['a wildcard', 'kms:ReEncrypt*'],
    ['one of several', ['kms:DescribeKey', 'kms:Encrypt']],
  ])('violating: %s', (_name, action) => {
    expect(findings(allow(role('App'), action))).toHaveLength(1);
  });

  it.each([
    ['other actions', allow(role('App'), ['kms:DescribeKey', 'kms:Sign', 'kms:EncryptX', 'xkms:Decrypt'])],
    ['a Deny', deny('kms:Decrypt')],
    ['an account', allow({ AWS: OWN }, 'kms:Decrypt')],
    ['a service', allow({ Service: 'sns.amazonaws.com' }, 'kms:Decrypt')],
    ['everything but', { Effect: 'Allow', Principal: role('App'), NotAction: 'kms:Decrypt', Resource: '*' }],
    ['no action', { Effect: 'Allow', Principal: role('App'), Resource: '*' }],
    ['a value asked for', allow(role('App'), 'kms:Decrypt', when('StringEquals', 'kms:EncryptionContext:App'))],
    ['names asked for', allow(role('App'), 'kms:Decrypt', when('StringEquals', 'KMS:EncryptionContextKeys'))],
    ['through a service', allow(role('App'), 'kms:Decrypt', when('StringEquals', 'kms:ViaService'))],
    ['for a resource', allow(role('App'), 'kms:Decrypt', when('Bool', 'kms:GrantIsForAWSResource'))],
  ])('compliant: %s', (_name, statement) => {
    expect(findings(statement)).toEqual([]);
  });

  it('is not excused by another condition, nor by an account beside the role', () => {
    const both = { AWS: [OWN, `arn:aws:iam::${OWN}:role/App`] };
    expect(
      findings(allow(role('App'), 'kms:Decrypt', when('StringEquals', 'aws:PrincipalTag/kms:ViaService'))),
    ).toHaveLength(1);
    expect(findings(allow(both, 'kms:Decrypt'))).toHaveLength(1);
  });
});
