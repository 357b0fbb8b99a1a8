import { describe, expect, it } from 'vitest';
import type { Who } from '../../../shared/policy/index.ts';
import { allow, analysisOf, KEY_ARN, OWN, OWN_ORG, type Part } from '../../support/policy-fixtures.ts';

/** A witness is a whole call: what AWS sends with every one of its kind, and what the conditions ask for. */

const witness = (statement: Part, who: Who = 'public') =>
  analysisOf([statement]).access.find((one) => one.who === who)?.witness;

const STRANGER = '999988887777';
const under = (operator: string, key: string, value: string | readonly string[]): Part =>
  allow('*', 'kms:Decrypt', { Condition: { [operator]: { [key]: value } } });

const everyCall = {
  'aws:SecureTransport': 'true',
  'aws:CurrentTime': '2026-01-01T00:00:00Z',
  'aws:EpochTime': '1767225600',
  'aws:ResourceAccount': OWN,
};
const stranger = {
  ...everyCall,
  'aws:PrincipalAccount': STRANGER,
  'kms:CallerAccount': STRANGER,
  'aws:PrincipalArn': `arn:aws:iam::${STRANGER}:role/any`,
  'aws:PrincipalType': 'AssumedRole',
  'aws:PrincipalIsAWSService': 'false',
  'aws:ViaAWSService': 'false',
  'aws:userid': 'AROAZZSTRANGERZZROLE0:any',
  'aws:SourceIp': '198.18.0.1',
};
const insider = {
  ...stranger,
  'aws:PrincipalAccount': OWN,
  'kms:CallerAccount': OWN,
  'aws:PrincipalOrgID': OWN_ORG,
  'aws:userid': 'AROAEXAMPLEEXAMPLE000:any',
};

const without = (context: Readonly<Record<string, string>>, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(context).filter(([name]) => !names.includes(name)));

describe('the call of', () => {
  it('a stranger', () => {
    expect(witness(allow('*', 'kms:Decrypt'))).toEqual({
      principal: `arn:aws:iam::${STRANGER}:role/any`,
      action: 'kms:Decrypt',
      context: stranger,
    });
  });

  it('a service', () => {
    expect(witness(allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt'), 'service')).toEqual({
      principal: 's3.amazonaws.com',
      action: 'kms:Decrypt',
      context: {
        ...everyCall,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': 's3.amazonaws.com',
        'aws:ViaAWSService': 'false',
      },
    });
  });

  it.each([
    ['user', 'iam', 'user/ann', 'user/ann', { 'aws:PrincipalType': 'User', 'aws:userid': 'AIDAEXAMPLEEXAMPLE000' }],
    ['role', 'iam', 'role/app/A', 'role/app/A', {}],
    ['session', 'sts', 'assumed-role/A/me', 'role/A', {}],
  ])('a %s of the account', (_name, service, resource, arn, more) => {
    const principal = `arn:aws:${service}::${OWN}:${resource}`;
    expect(witness(allow({ AWS: principal }, 'kms:Decrypt'), 'account')).toEqual({
      principal,
      action: 'kms:Decrypt',
      context: { ...insider, 'aws:PrincipalArn': `arn:aws:iam::${OWN}:${arn}`, ...more },
    });
  });
});

describe('the call that a condition asks for', () => {
  it.each<readonly [string, Part, Readonly<Record<string, string | readonly string[]>>]>([
    [
      'through an endpoint, without an address',
      under('StringLike', 'aws:SourceVpce', 'vpce-*'),
      { ...without(stranger, 'aws:SourceIp'), 'aws:SourceVpce': 'vpce-0fedcba9876543210' },
    ],
    [
      'through a service',
      under('StringEquals', 'kms:ViaService', 'sns.eu-west-1.amazonaws.com'),
      {
        ...without(stranger, 'aws:SourceIp'),
        'kms:ViaService': 'sns.eu-west-1.amazonaws.com',
        'aws:ViaAWSService': 'true',
      },
    ],
    [
      'at an instant, by either name of it',
      under('NumericGreaterThan', 'aws:EpochTime', '1893456000'),
      { ...stranger, 'aws:CurrentTime': '2030-01-01T00:00:01Z', 'aws:EpochTime': '1893456001' },
    ],
    [
      'at an instant, by the other name',
      under('DateGreaterThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z'),
      { ...stranger, 'aws:CurrentTime': '2030-01-01T00:00:01Z', 'aws:EpochTime': '1893456001' },
    ],
    [
      'with a tag, spelled as in the policy',
      under('StringEquals', 'AWS:principaltag/TEAM', 'x'),
      { ...stranger, 'AWS:principaltag/TEAM': 'x' },
    ],
    [
      'with a key that every call carries',
      under('StringNotEquals', 'kms:KeySpec', 'RSA_2048'),
      { ...stranger, 'kms:KeySpec': 'any' },
    ],
    ['without one that may be missing', under('StringNotEquals', 'aws:UserAgent', 'x'), stranger],
    [
      'with several values',
      allow('*', 'kms:Decrypt', {
        Condition: {
          'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'a' },
          'ForAnyValue:StringLike': { 'kms:EncryptionContextKeys': 'b' },
        },
      }),
      { ...stranger, 'kms:EncryptionContextKeys': ['a', 'b'] },
    ],
  ])('%s', (_name, statement, context) => {
    expect(witness(statement)?.context).toEqual(context);
  });
});

it('names a key of which no ARN is known', () => {
  const { access } = analysisOf([allow('*', 'kms:Decrypt', { Resource: KEY_ARN })], undefined, null);
  expect(access.find(({ who }) => who === 'public')).toMatchObject({ certain: false, actions: ['kms:Decrypt'] });
});
