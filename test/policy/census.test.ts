import { describe, expect, it } from 'vitest';
import { analyze, trust, type TrustZone } from '../../shared/policy/index.ts';
import {
  allow,
  analysisOf,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  OWN_ORG,
  ownZone,
  type Part,
  policyOf,
  role,
  root,
} from '../support/policy-fixtures.ts';

/** Who is shown for what: each class once, wider classes first, and nothing that a wider class has already. */

const trusting = (...values: readonly string[]): TrustZone =>
  values.reduce((zone, value) => trust(zone, value) ?? zone, ownZone);
const under = (operator: string, key: string, value: string | readonly string[]): Part => ({
  Condition: { [operator]: { [key]: value } },
});

/** `?` marks what is not certain. Everything must be proved, even that. */
const shown = (statements: readonly Part[], zone = ownZone): readonly string[] => {
  const { access, complete, uncertified } = analysisOf(statements, zone);
  expect([complete, uncertified]).toEqual([true, 0]);
  return access.map(({ who, principal, actions, statements: names, certain }) => {
    const name = principal.replace(/^arn:aws:\w+::/, '');
    const what = actions.map((action) => action.slice('kms:'.length)).join('+');
    return `${who} ${name} ${what} ${names.join('+').replaceAll('Statement', '')}${certain ? '' : ' ?'}`;
  });
};

const S3 = { Service: 's3.amazonaws.com' };
const me = `account ${OWN}:root`;
const them = `external ${FOREIGN}:root`;
const inOrgs = (...orgs: readonly string[]): Part => under('StringEquals', 'aws:PrincipalOrgID', orgs);
const from = (key: string, value: string): Part => allow(S3, 'kms:Decrypt', under('StringEquals', key, value));
const exempt: Part = {
  Effect: 'Deny',
  NotPrincipal: { AWS: [role('A', FOREIGN)['AWS'], `arn:aws:iam::${FOREIGN}:root`] },
  Action: 'kms:*',
  Resource: '*',
};

type Row = [name: string, statements: readonly Part[], wanted: readonly string[], zone?: TrustZone];

describe('people', () => {
  it.each<Row>([
    ['everybody', [allow('*', 'kms:Decrypt')], ['public * Decrypt [0]', 'service * Decrypt [0]', `${me} Decrypt [0]`]],
    [
      'everybody, and an account beside',
      [allow({ AWS: ['*', FOREIGN] }, 'kms:Decrypt')],
      ['public * Decrypt [0]', 'service * Decrypt [0]', `${me} Decrypt [0]`],
    ],
    [
      'everybody, and an account by a statement of its own',
      [allow('*', 'kms:Decrypt'), allow(root(FOREIGN), 'kms:Decrypt')],
      ['public * Decrypt [0]', `${them} Decrypt [1]`, 'service * Decrypt [0]', `${me} Decrypt [0]`],
    ],
    [
      'an account and a role of it',
      [allow({ AWS: [FOREIGN, role('A', FOREIGN)['AWS']] }, 'kms:Decrypt')],
      [`${them} Decrypt [0]`],
    ],
    ['a role', [allow(role('A', FOREIGN), 'kms:Decrypt')], [`external ${FOREIGN}:role/A Decrypt [0]`]],
    [
      'only the federated sessions of a user',
      [
        allow(
          { AWS: `arn:aws:iam::${FOREIGN}:user/ann` },
          'kms:Decrypt',
          under('StringEquals', 'aws:PrincipalType', 'FederatedUser'),
        ),
      ],
      [`external ${FOREIGN}:federated-user/ann Decrypt [0]`],
    ],
    [
      'everybody but a list',
      [{ ...exempt, Effect: 'Allow', Action: 'kms:Decrypt' }],
      ['public * Decrypt [0]', 'service * Decrypt [0]', `${me} Decrypt [0]`],
    ],
    [
      'whom a Deny exempts',
      [allow('*', 'kms:Decrypt', under('StringEquals', 'aws:PrincipalAccount', FOREIGN)), exempt],
      [`${them} Decrypt [0]`],
    ],
    [
      'two statements for the same actions',
      [allow(root(FOREIGN), 'kms:Sign'), allow(root(FOREIGN), 'kms:Sign')],
      [`${them} Sign [0]+[1]`],
    ],
    [
      'two for different ones',
      [allow(root(FOREIGN), 'kms:Sign'), allow(root(FOREIGN), 'kms:Verify')],
      [`${them} Sign [0]`, `${them} Verify [1]`],
    ],
    [
      'what KMS does not offer across accounts',
      [allow(root(FOREIGN), ['kms:PutKeyPolicy', 'kms:Sign'])],
      [`${them} Sign [0]`],
    ],
    [
      'but does in the own one',
      [allow(role('A'), ['kms:PutKeyPolicy', 'kms:Sign'])],
      [`account ${OWN}:role/A PutKeyPolicy+Sign [0]`],
    ],
    [
      'different kinds',
      [
        allow('*', 'kms:Sign', under('StringEquals', 'aws:PrincipalType', 'User')),
        allow('*', 'kms:Verify', under('StringEquals', 'aws:PrincipalType', 'AssumedRole')),
      ],
      ['public * Verify [1]', 'public * Sign [0]', `${me} Verify [1]`, `${me} Sign [0]`],
    ],
    [
      'a network, and everybody for something else',
      [allow('*', 'kms:Sign', under('IpAddress', 'aws:SourceIp', '203.0.113.0/24')), allow('*', 'kms:Verify')],
      [
        'public * Verify [1]',
        'conditional * Sign [0]',
        'service * Verify [1]',
        `${me} Sign [0]`,
        `${me} Verify [1]`,
        `organization ${OWN_ORG} Sign [0]`,
      ],
    ],
    ['what AWS does not document', [allow(root(FOREIGN), 'k*:Sign')], [`${them} Sign [0] ?`]],
    [
      'beside what it does',
      [allow(root(FOREIGN), 'kms:Sign'), allow(role('A'), 'k*:Sign')],
      [`${them} Sign [0]`, `account ${OWN}:role/A Sign [1] ?`],
    ],
    [
      'an account that a Deny may stop',
      [allow(root(FOREIGN), 'kms:Sign'), { ...exempt, NotPrincipal: root(FOREIGN) }],
      [`${them} Sign [0] ?`],
    ],
  ])('%s', (_name, statements, wanted, zone) => {
    expect(shown(statements, zone)).toEqual(wanted);
  });
});

describe('organizations and trusted accounts', () => {
  it.each<Row>([
    [
      'two foreign ones',
      [allow('*', 'kms:Sign', inOrgs('o-ext0000001', 'o-ext0000002'))],
      ['external o-ext0000001 Sign [0]', 'external o-ext0000002 Sign [0]'],
    ],
    ['our own', [allow('*', 'kms:Sign', inOrgs(OWN_ORG))], [`${me} Sign [0]`, `organization ${OWN_ORG} Sign [0]`]],
    [
      'a trusted one',
      [allow('*', 'kms:Sign', inOrgs('o-ext0000001'))],
      ['trusted o-ext0000001 Sign [0]'],
      trusting('o-ext0000001'),
    ],
    [
      'an account, if it is a member',
      [allow(root(FOREIGN), 'kms:Sign', inOrgs(OWN_ORG))],
      [`organization ${FOREIGN}:root Sign [0]`],
    ],
    [
      'a role, if it is of a member',
      [allow(role('A', FOREIGN), 'kms:Sign', inOrgs(OWN_ORG))],
      [`organization ${FOREIGN}:role/A Sign [0]`],
    ],
    ['a trusted account', [allow(root(FOREIGN), 'kms:Sign')], [`trusted ${FOREIGN}:root Sign [0]`], trusting(FOREIGN)],
    [
      'a trusted account that nobody speaks of',
      [allow('*', 'kms:Sign', under('StringEquals', 'kms:CallerAccount', OWN))],
      [`${me} Sign [0]`],
      trusting(FOREIGN),
    ],
    [
      'a member account',
      [allow(root(FOREIGN), 'kms:Sign')],
      [`organization ${FOREIGN}:root Sign [0]`],
      { ...ownZone, orgAccounts: [FOREIGN] },
    ],
    [
      'the own account, listed as a member',
      [allow(root(), 'kms:Sign')],
      [`${me} Sign [0]`],
      { ...ownZone, orgAccounts: [OWN], accounts: [OWN] },
    ],
  ])('%s', (_name, statements, wanted, zone) => {
    expect(shown(statements, zone)).toEqual(wanted);
  });
});

describe('services', () => {
  const service = ['service s3.amazonaws.com Decrypt [0]'];
  const trusted = ['trusted s3.amazonaws.com Decrypt [0]'];

  it.each<Row>([
    ['for anybody', [allow(S3, 'kms:Decrypt')], service],
    ['for our own resources', [from('aws:SourceAccount', OWN)], trusted],
    ['for an account', [from('aws:SourceAccount', FOREIGN)], service],
    ['for a trusted account', [from('aws:SourceAccount', FOREIGN)], trusted, trusting(FOREIGN)],
    ['for a member account', [from('aws:SourceAccount', FOREIGN)], trusted, { ...ownZone, orgAccounts: [FOREIGN] }],
    ['for members', [from('aws:SourceOrgID', OWN_ORG)], trusted],
    ['for another organization', [from('aws:SourceOrgID', 'o-ext0000001')], service],
    ['for a trusted organization', [from('aws:SourceOrgID', 'o-ext0000001')], trusted, trusting('o-ext0000001')],
    ['trusted itself', [allow(S3, 'kms:Decrypt')], trusted, trusting('s3.amazonaws.com')],
    ['trusted itself, for an account', [from('aws:SourceAccount', FOREIGN)], trusted, trusting('s3.amazonaws.com')],
    ['another one is trusted', [allow(S3, 'kms:Decrypt')], service, trusting('sns.amazonaws.com')],
    [
      'two, beside everybody',
      [allow('*', 'kms:Sign'), allow({ Service: ['s3.amazonaws.com', 'sns.amazonaws.com'] }, 'kms:Verify')],
      [
        'public * Sign [0]',
        'service * Sign [0]',
        'service s3.amazonaws.com Verify [1]',
        'service sns.amazonaws.com Verify [1]',
        `${me} Sign [0]`,
      ],
    ],
    [
      'one, listed with everybody',
      [allow({ AWS: '*', ...S3 }, 'kms:Sign')],
      ['public * Sign [0]', 'service * Sign [0]', `${me} Sign [0]`],
    ],
  ])('%s', (_name, statements, wanted, zone) => {
    expect(shown(statements, zone)).toEqual(wanted);
  });
});

describe('a proof', () => {
  it('holds under both readings when there is one that does', () => {
    const doubtful = deny('kms:*', { 'ForAnyValue:StringEqualsIfExists': { 'kms:EncryptionContextKeys': 'x' } });
    const [access] = analysisOf([allow(root(FOREIGN), 'kms:Decrypt'), doubtful]).access;
    expect(access?.certain).toBe(true);
    expect(access?.witness?.context).toHaveProperty('kms:EncryptionContextKeys');
  });

  it('is missing for what was not finished, which counts as access', () => {
    const policy = policyOf(allow(root(FOREIGN), 'kms:Decrypt', inOrgs('o-ext0000001')));
    const starved = analyze(policy, ownZone, { keyArn: KEY_ARN, steps: { total: 1, perSearch: 1 } });
    expect(starved).toMatchObject({ crossAccount: true, public: false, complete: false, uncertified: 0 });
    expect(starved.access.map(({ witness, certain }) => [witness, certain])).toContainEqual([null, false]);
  });

  it('of a no says what stopped the stranger', () => {
    const { refusals, access } = analysisOf([
      allow('*', 'kms:Decrypt', under('StringEquals', 'aws:PrincipalAccount', OWN)),
    ]);
    expect(access.map(({ who }) => who)).toEqual(['account']);
    expect(refusals.map(({ statement, found }) => [statement, found.atom?.key, found.deny])).toEqual([
      [0, 'aws:principalaccount', false],
    ]);
    const denied = analysisOf([
      allow('*', 'kms:Decrypt'),
      deny('kms:*', { StringNotEquals: { 'aws:PrincipalAccount': OWN } }),
    ]);
    expect(denied.refusals.map(({ statement, found }) => [statement, found.deny])).toEqual([[0, true]]);
  });
});
