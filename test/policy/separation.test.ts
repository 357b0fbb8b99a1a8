import { describe, expect, it } from 'vitest';
import { analyze, trust } from '../../shared/policy/index.ts';
import {
  allow,
  analysisOf,
  delegation,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  ownZone,
  type Part,
  policyOf,
  role,
} from '../support/policy-fixtures.ts';

const arn = (name: string, account = OWN): string => `arn:aws:iam::${account}:role/${name}`;
const session = { AWS: `arn:aws:sts::${OWN}:assumed-role/Both/me` };
const user = { AWS: `arn:aws:iam::${OWN}:user/ann` };

const breaches = (...statements: readonly Part[]) => analysisOf(statements).breaches;
const principals = (...statements: readonly Part[]): readonly string[] =>
  breaches(...statements).map(({ principal }) => principal);

describe('one principal that administers the key and uses it', () => {
  it('by one statement', () => {
    expect(breaches(delegation, allow(role('Both'), ['kms:Decrypt', 'kms:PutKeyPolicy']))).toEqual([
      { principal: arn('Both'), admin: 'kms:PutKeyPolicy', use: 'kms:Decrypt', statements: [1], certain: true },
    ]);
  });

  it('by two statements, named in the order of duty', () => {
    expect(breaches(allow(role('Both'), 'kms:Sign'), allow(role('Both'), 'kms:DisableKey'))).toEqual([
      { principal: arn('Both'), admin: 'kms:DisableKey', use: 'kms:Sign', statements: [1, 0], certain: true },
    ]);
  });

  it.each([
    ['by a statement about everybody', [allow('*', 'kms:Decrypt'), allow(role('Both'), 'kms:PutKeyPolicy')]],
    [
      'by a statement about everybody but others',
      [
        { Effect: 'Allow', NotPrincipal: role('Other'), Action: 'kms:Decrypt', Resource: '*' },
        allow(role('Both'), 'kms:PutKeyPolicy'),
      ],
    ],
    [
      'under conditions that two requests can meet, but no single one',
      [
        allow(role('Both'), 'kms:Decrypt', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
        allow(role('Both'), 'kms:PutKeyPolicy', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }),
      ],
    ],
    [
      'when it is listed with its account',
      [allow({ AWS: [`arn:aws:iam::${OWN}:root`, arn('Both')] }, ['kms:PutKeyPolicy', 'kms:Decrypt'])],
    ],
    ['when grants are its administration', [allow(role('Both'), ['kms:CreateGrant', 'kms:Decrypt'])]],
    [
      'when a Deny stops only a part',
      [allow(role('Both'), ['kms:*']), deny(['kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:Decrypt'])],
    ],
  ])('%s', (_name, statements) => {
    expect(principals(...statements)).toContain(arn('Both'));
  });

  it('also as a session: by its own name, or by its role', () => {
    expect(principals(allow(session, 'kms:*'))).toEqual([session.AWS]);
    expect(principals(allow(session, 'kms:Decrypt'), allow(role('Both'), 'kms:PutKeyPolicy'))).toEqual([session.AWS]);
    expect(principals(allow(session, 'kms:Decrypt'), allow(role('Another'), 'kms:PutKeyPolicy'))).toEqual([]);
  });

  it('also as a user, and each for itself', () => {
    expect(principals(allow(user, 'kms:*'), allow(role('A'), 'kms:*'), allow(role('B'), 'kms:Encrypt'))).toEqual([
      user.AWS,
      arn('A'),
    ]);
  });
});

describe('no breach', () => {
  it.each([
    ['to administer only', [allow(role('Admin'), ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'])]],
    ['to use only', [allow(role('App'), ['kms:Decrypt', 'kms:Encrypt'])]],
    ['to look on', [allow(role('App'), ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:Decrypt'])]],
    ['what two different principals do', [allow(role('A'), 'kms:Decrypt'), allow(role('B'), 'kms:PutKeyPolicy')]],
    ['what the account may delegate', [delegation]],
    [
      'what the account may delegate, listed with another role',
      [
        allow({ AWS: [`arn:aws:iam::${OWN}:root`, arn('Other')] }, 'kms:PutKeyPolicy'),
        allow(role('App'), 'kms:Decrypt'),
      ],
    ],
    [
      'what the account may delegate to a session of a role, listed with a role of that name elsewhere',
      [
        allow({ AWS: [`arn:aws:iam::${OWN}:root`, arn('Both', FOREIGN)] }, 'kms:PutKeyPolicy'),
        allow(session, 'kms:Decrypt'),
      ],
    ],
    ['what the account may delegate to a named role', [delegation, allow(role('App'), 'kms:Decrypt')]],
    ['what a Deny takes away', [allow(role('Both'), ['kms:Decrypt', 'kms:PutKeyPolicy']), deny('kms:PutKeyPolicy')]],
    [
      'a condition that nobody meets',
      [
        allow(role('Both'), 'kms:Decrypt'),
        allow(role('Both'), 'kms:PutKeyPolicy', { Condition: { StringEquals: { 'aws:PrincipalAccount': FOREIGN } } }),
      ],
    ],
    ['a service', [allow({ Service: 'logs.eu-west-1.amazonaws.com' }, 'kms:*')]],
    ['another account', [allow(role('Both', FOREIGN), 'kms:*')]],
  ])('is %s', (_name, statements) => {
    expect(principals(...statements)).toEqual([]);
  });

  it.each([
    ['for a service only', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
    ['for one role only', { StringEquals: { 'kms:GranteePrincipal': arn('Worker') } }],
    ['for one service only', { StringEquals: { 'kms:GranteeServicePrincipal': 's3.amazonaws.com' } }],
  ])('is a grant %s', (_name, Condition) => {
    const use = allow(role('Both'), 'kms:Decrypt');
    expect(principals(use, allow(role('Both'), 'kms:CreateGrant', { Condition }))).toEqual([]);
  });

  it('is a limited grant, but the other actions of its statement count', () => {
    const Condition = { StringEqualsIfExists: { 'kms:GranteePrincipal': arn('Worker') } };
    const use = allow(role('Both'), 'kms:Decrypt');
    expect(principals(use, allow(role('Both'), 'kms:CreateGrant', { Condition }))).toEqual([]);
    const both = breaches(use, allow(role('Both'), ['kms:CreateGrant', 'kms:PutKeyPolicy'], { Condition }));
    expect(both.map(({ admin }) => admin)).toEqual(['kms:PutKeyPolicy']);
  });
});

it('a session that is listed with the account is one, its role is not', () => {
  const listed = allow({ AWS: [`arn:aws:iam::${OWN}:root`, session.AWS] }, 'kms:PutKeyPolicy');
  expect(principals(listed, allow(role('Both'), 'kms:Decrypt'))).toEqual([session.AWS]);
});

describe('trusted accounts', () => {
  const zone = trust(ownZone, FOREIGN) ?? ownZone;
  const ofPartner = (actions: readonly string[]) =>
    analysisOf([allow(role('Both', FOREIGN), actions)], zone).breaches.map(({ admin, use }) => [admin, use]);

  it('administer by grants: the rest KMS does not offer across accounts', () => {
    expect(ofPartner(['kms:*'])).toEqual([['kms:CreateGrant', 'kms:Decrypt']]);
    expect(ofPartner(['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:Decrypt'])).toEqual([]);
  });
});

it('counts what was not finished, and says that it is not certain', () => {
  const policy = policyOf(allow(role('Both'), ['kms:Decrypt', 'kms:PutKeyPolicy']));
  const starved = analyze(policy, ownZone, { keyArn: KEY_ARN, steps: { total: 1, perSearch: 1 } });
  expect(starved.breaches.map(({ principal, certain }) => [principal, certain])).toEqual([[arn('Both'), false]]);
});
