import { describe, expect, it } from 'vitest';
import {
  allow,
  analysisOf,
  delegation,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  OWN_ORG,
  type Part,
  role,
  root,
} from '../support/policy-fixtures.ts';

/** Statements, or parts of them, that do nothing: and those that only look so. */

const found = (...statements: readonly Part[]) =>
  analysisOf([delegation, ...statements]).ineffective.map(({ statement, why, actions }) => [
    statement,
    why,
    ...actions.toSorted(),
  ]);

const sign = allow(role('A'), 'kms:Sign');
const theirs = (Action: unknown, more: Part = {}) => allow(role('A', FOREIGN), Action, more);
const under = (operator: string, key: string, value: string): Part => ({ Condition: { [operator]: { [key]: value } } });

describe('no request meets its conditions', () => {
  it.each<[string, Part]>([
    ['of a role of the account', { ...sign, ...under('StringEquals', 'aws:PrincipalAccount', FOREIGN) }],
    ['of a role of another', theirs('kms:Sign', under('StringEquals', 'aws:PrincipalAccount', OWN))],
    ['of everybody', allow('*', 'kms:Sign', under('StringEquals', 'aws:PrincipalType', 'Nobody'))],
    ['of the account', allow(root(), 'kms:Sign', under('StringEquals', 'aws:RequestedRegion', 'us-east-1'))],
    [
      'of a deleted principal and another',
      allow(
        { AWS: ['AROADBQP57FF2AEXAMPLE', role('A')['AWS']] },
        'kms:Sign',
        under('Bool', 'aws:SecureTransport', 'false'),
      ),
    ],
    [
      'of everybody but one',
      {
        Effect: 'Allow',
        NotPrincipal: role('B'),
        Action: 'kms:Sign',
        Resource: '*',
        ...under('Bool', 'aws:SecureTransport', 'false'),
      },
    ],
  ])('%s', (_name, statement) => {
    expect(found(statement)).toEqual([[1, 'unsatisfiable']]);
  });

  it.each<[string, readonly Part[]]>([
    ['a Deny stops it, but another Deny could be lifted', [sign, deny('kms:Sign')]],
    ['a Deny stops another account', [theirs('kms:Sign'), deny('kms:*')]],
    ['a Deny stops everybody', [allow('*', 'kms:Sign'), deny('kms:*')]],
    [
      'a Deny stops an organization',
      [allow('*', 'kms:Sign', under('StringEquals', 'aws:PrincipalOrgID', 'o-ext0000001')), deny('kms:*')],
    ],
    [
      'a Deny stops whom a network lets in',
      [allow('*', 'kms:Sign', under('IpAddress', 'aws:SourceIp', '203.0.113.0/24')), deny('kms:*')],
    ],
    ['another statement gives the same', [sign, sign]],
    ['the account may delegate it', [allow(root(), 'kms:Sign', under('StringEquals', 'aws:PrincipalOrgID', OWN_ORG))]],
    ['a deleted principal alone', [allow({ AWS: 'AROADBQP57FF2AEXAMPLE' }, 'kms:Sign')]],
  ])('but not when %s', (_name, statements) => {
    expect(found(...statements)).toEqual([]);
  });
});

describe('it is not about this key', () => {
  it.each<[string, Part, string]>([
    ['only actions without a key', { Action: ['kms:ListKeys', 'KMS:CreateKey'] }, 'accountAction'],
    ['actions without a key, and one that is none', { Action: ['kms:ListKeys', 'kms:NoSuch*'] }, 'noAction'],
    ['an action that is none', { Action: 'kms:NoSuch*' }, 'noAction'],
    ['an action that is none, of a service like ours', { Action: 'k*:NoSuch*' }, 'noAction'],
    ['an action of another service and one that is none', { Action: ['s3:GetObject', 'kms:NoSuch*'] }, 'noAction'],
    ['everything of another service', { Action: 's3:*' }, 'otherService'],
    ['another service whose name ends like ours', { Action: 'xkms:Sign' }, 'otherService'],
    ['another service whose name begins like ours', { Action: 'kms-x:Sign' }, 'otherService'],
    ['nothing but everything', { Action: undefined, NotAction: '*' }, 'noAction'],
    ['another key', { Resource: `${KEY_ARN}0` }, 'otherResource'],
    ['two other keys', { Resource: [`${KEY_ARN}0`, `${KEY_ARN}1`] }, 'otherResource'],
    ['all keys but this', { Resource: undefined, NotResource: KEY_ARN }, 'otherResource'],
    ['all but all', { Resource: undefined, NotResource: '*' }, 'otherResource'],
    ['no resource', { Resource: undefined }, 'noResource'],
    ['no action', { Action: undefined }, 'noAction'],
  ])('%s', (_name, change, why) => {
    expect(found({ ...sign, ...change })).toEqual([[1, why]]);
    expect(found({ ...sign, ...change, Effect: 'Deny' })).toEqual([[1, why]]);
  });
});

describe('a part of it does nothing', () => {
  it.each<[string, Part, readonly (readonly unknown[])[]]>([
    [
      'actions without a key',
      allow(role('A'), ['kms:Sign', 'kms:ListKeys', 'kms:CreateKey']),
      [[1, 'accountAction', 'kms:CreateKey', 'kms:ListKeys']],
    ],
    ['not those left out', { ...sign, Action: undefined, NotAction: ['kms:ListKeys'] }, []],
    ['not those of a Deny', deny(['kms:Sign', 'kms:ListKeys']), []],
    [
      'a void action, spelled out',
      theirs(['kms:Sign', 'kms:PutKeyPolicy']),
      [[1, 'notAcrossAccounts', 'kms:PutKeyPolicy']],
    ],
    [
      'void actions, in any case',
      theirs(['kms:sign', 'KMS:putkeypolicy', 'kms:EnableKey']),
      [[1, 'notAcrossAccounts', 'kms:EnableKey', 'kms:PutKeyPolicy']],
    ],
    ['nothing but void actions, by a pattern', theirs('kms:Put*'), [[1, 'notAcrossAccounts', 'kms:PutKeyPolicy']]],
    ['not a pattern that covers others, too', theirs(['kms:*Key*']), []],
    ['not what is left out', { ...theirs('x'), Action: undefined, NotAction: 'kms:Sign' }, []],
    ['not in the own account', allow(role('A'), ['kms:Sign', 'kms:PutKeyPolicy']), []],
    ['for everybody', allow('*', ['kms:Sign', 'kms:PutKeyPolicy']), [[1, 'notAcrossAccounts', 'kms:PutKeyPolicy']]],
    [
      'not for everybody of the account',
      allow('*', ['kms:Sign', 'kms:PutKeyPolicy'], under('StringEquals', 'kms:CallerAccount', OWN)),
      [],
    ],
    [
      'both',
      theirs(['kms:Sign', 'kms:PutKeyPolicy', 'kms:ListKeys']),
      [
        [1, 'accountAction', 'kms:ListKeys'],
        [1, 'notAcrossAccounts', 'kms:PutKeyPolicy'],
      ],
    ],
  ])('%s', (_name, statement, wanted) => {
    expect(found(statement)).toEqual(wanted);
  });
});
