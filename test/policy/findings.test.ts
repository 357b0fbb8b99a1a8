import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/policy/index.ts';
import type { PolicyFinding } from '../../shared/policy/findings.ts';
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
  root,
} from '../support/policy-fixtures.ts';

const about = (rule: string, ...statements: readonly Part[]): readonly PolicyFinding[] =>
  analysisOf([delegation, ...statements]).findings.filter((one) => one.rule === rule);

describe('access from outside', () => {
  it('of anybody', () => {
    expect(about('policy-public', allow('*', 'kms:Decrypt', { Sid: 'Open' }))).toEqual([
      {
        rule: 'policy-public',
        verdict: 'violation',
        severity: 'critical',
        message: 'Anyone with an AWS account (*) can kms:Decrypt: Open',
        data: {
          principal: '*',
          actions: ['kms:Decrypt'],
          statements: ['Open'],
          certain: true,
          conditional: false,
          canGrant: false,
        },
      },
    ]);
  });

  it('of another account, by several statements: said once', () => {
    const [finding, ...more] = about(
      'policy-cross-account',
      allow(root(FOREIGN), ['kms:Encrypt', 'kms:CreateGrant'], { Sid: 'First' }),
      allow(root(FOREIGN), ['kms:Decrypt', 'kms:Sign'], { Sid: 'Second' }),
    );
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      verdict: 'violation',
      severity: 'high',
      message: `Someone outside the trust zone (arn:aws:iam::${FOREIGN}:root) can kms:CreateGrant, kms:Decrypt, kms:Encrypt and 1 more: First, Second`,
      data: {
        actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt', 'kms:Sign'],
        statements: ['First', 'Second'],
        canGrant: true,
        conditional: false,
      },
    });
  });

  it('of two principals: said of each', () => {
    const found = about(
      'policy-cross-account',
      allow({ AWS: [role('A', FOREIGN).AWS, role('B', FOREIGN).AWS] }, 'kms:Sign'),
    );
    expect(found.map(({ data }) => data['principal'])).toEqual([
      `arn:aws:iam::${FOREIGN}:role/A`,
      `arn:aws:iam::${FOREIGN}:role/B`,
    ]);
  });

  it('from a network that the policy names', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
    const [finding] = about('policy-cross-account', allow('*', 'kms:Decrypt', { Sid: 'Office', Condition }));
    expect(finding).toMatchObject({
      message:
        'Someone outside the trust zone (*), from a network or with an id that the policy names, can kms:Decrypt: Office',
      data: { conditional: true, principal: '*' },
    });
  });

  it('of a service', () => {
    const [finding] = about(
      'policy-service-unscoped',
      allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt', { Sid: 'S3' }),
    );
    expect(finding).toMatchObject({
      severity: 'high',
      message: 'An AWS service acting for a resource outside the trust zone (s3.amazonaws.com) can kms:Decrypt: S3',
    });
  });

  it('that AWS does not document is not certain', () => {
    const [finding] = about('policy-public', allow('*', 'k*:Decrypt'));
    expect([finding?.verdict, finding?.data['certain']]).toEqual(['violation', false]);
  });

  it('that the search did not finish is undetermined', () => {
    const policy = policyOf(
      allow('*', 'kms:Decrypt', { Sid: 'Open', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    );
    const starved = analyze(policy, ownZone, { keyArn: KEY_ARN, steps: { total: 1, perSearch: 1 } });
    const [finding] = starved.findings;
    expect(finding).toMatchObject({
      rule: 'policy-public',
      verdict: 'undetermined',
      message: 'Anyone with an AWS account (*) may be able to kms:Decrypt: Open',
    });
    const locked = starved.findings.find((one) => one.rule === 'policy-unmanageable');
    expect([locked?.verdict, locked?.severity]).toEqual(['violation', 'critical']);
  });
});

describe('elements that promise more than they hold', () => {
  it('everybody allowed, within conditions', () => {
    const Condition = { StringEquals: { 'kms:CallerAccount': OWN } };
    expect(about('policy-wildcard-principal', allow('*', 'kms:Decrypt', { Sid: 'Wide', Condition }))).toEqual([
      {
        rule: 'policy-wildcard-principal',
        verdict: 'violation',
        severity: 'low',
        message: 'Wide allows every principal and leaves the limits to its conditions',
        data: { statement: 'Wide' },
      },
    ]);
    expect(about('policy-wildcard-principal', deny('kms:Decrypt'))).toEqual([]);
    expect(about('policy-wildcard-principal', allow(role('A'), 'kms:Decrypt'))).toEqual([]);
  });

  it('NotPrincipal, worse in an Allow than in a Deny', () => {
    const but = (Effect: string): Part => ({ Effect, NotPrincipal: role('A'), Action: 'kms:Sign', Resource: '*' });
    const found = about('policy-not-principal', but('Allow'), but('Deny'));
    expect(found.map(({ severity, message, data }) => [severity, data['statement'], message.split(':')[0]])).toEqual([
      ['high', 'Statement[1]', 'Statement[1] allows everybody except a list'],
      [
        'low',
        'Statement[2]',
        'Statement[2] denies everybody except a list, which also needs accounts, roles and sessions',
      ],
    ]);
    expect(about('policy-not-principal', allow(role('A'), 'kms:Sign'), deny('kms:Sign'))).toEqual([]);
  });

  it('principals that were deleted', () => {
    const gone = ['AROADBQP57FF2AEXAMPLE', 'AIDACKCEVSQ6C2EXAMPLE'];
    const [finding] = about(
      'policy-stale-principal',
      allow({ AWS: [...gone, role('A').AWS] }, 'kms:Sign', { Sid: 'Old' }),
    );
    expect(finding).toMatchObject({
      severity: 'low',
      message: `Old names ${gone.join(', ')}: users or roles that no longer exist`,
      data: { statement: 'Old', principals: gone },
    });
    expect(about('policy-stale-principal', allow(role('A'), 'kms:Sign'))).toEqual([]);
  });

  it('both duties in one hand', () => {
    const [finding] = about(
      'policy-admin-and-use',
      allow(role('A'), ['kms:Sign', 'kms:PutKeyPolicy'], { Sid: 'Both' }),
    );
    expect(finding).toEqual({
      rule: 'policy-admin-and-use',
      verdict: 'violation',
      severity: 'medium',
      message: `arn:aws:iam::${OWN}:role/A administers the key (kms:PutKeyPolicy) and uses it (kms:Sign)`,
      data: {
        principal: `arn:aws:iam::${OWN}:role/A`,
        admin: 'kms:PutKeyPolicy',
        use: 'kms:Sign',
        statements: ['Both'],
      },
    });
  });
});

describe('who can still change the policy', () => {
  it('only whom it names', () => {
    const { findings } = analysisOf([allow(role('Admin'), 'kms:*')]);
    expect(findings.find((one) => one.rule === 'policy-unmanageable')).toEqual({
      rule: 'policy-unmanageable',
      verdict: 'violation',
      severity: 'medium',
      message: 'Only principals that the policy names can change it: when they are deleted the key is lost',
      data: { level: 'named', dependsOn: [], account: OWN, principal: `arn:aws:iam::${OWN}:role/Admin` },
    });
  });

  it('nobody', () => {
    expect(analysisOf([]).findings).toEqual([
      {
        rule: 'policy-unmanageable',
        verdict: 'violation',
        severity: 'critical',
        message: 'Nobody in the account of the key can change this policy: only AWS Support can',
        data: { level: 'locked', dependsOn: [], account: OWN },
      },
    ]);
  });
});

describe('statements that do nothing', () => {
  const user = allow(role('A'), 'kms:Sign');

  it.each([
    ['noResource', { Resource: undefined }, 'has no Resource: KMS stores it, and it does nothing'],
    ['otherResource', { Resource: `${KEY_ARN}0` }, 'is about another key'],
    ['otherResource', { Resource: undefined, NotResource: '*' }, 'is about another key'],
    ['noAction', { Action: undefined }, 'covers no action of KMS keys'],
    ['noAction', { Action: 'kms:NoSuch*' }, 'covers no action of KMS keys'],
    ['otherService', { Action: ['s3:GetObject', 'ec2:*'] }, 'names actions that are not of KMS'],
    ['accountAction', { Action: ['kms:ListKeys', 'kms:CreateKey'] }, 'names actions that no key policy decides'],
    [
      'unsatisfiable',
      { Condition: { StringEquals: { 'aws:PrincipalAccount': FOREIGN } } },
      'has conditions that no request can meet',
    ],
    [
      'notAcrossAccounts',
      { Principal: role('A', FOREIGN), Action: ['kms:PutKeyPolicy', 'kms:Sign'] },
      'grants another account what KMS does not offer across accounts: kms:PutKeyPolicy',
    ],
  ])('%s: %j', (why, change, wanted) => {
    const [finding, ...more] = about('policy-ineffective', { ...user, Sid: 'Dead', ...change });
    expect(more).toEqual([]);
    expect([finding?.data['why'], finding?.severity, finding?.message]).toEqual([why, 'low', `Dead ${wanted}`]);
  });

  it.each([
    ['a Deny of another key, too', 1, { ...deny('kms:*'), Resource: `${KEY_ARN}0` }],
    ['a Deny that nobody meets is none', 0, deny('kms:*', { StringEquals: { 'aws:PrincipalAccount': FOREIGN } })],
    ['a deleted principal is said elsewhere', 0, allow({ AWS: 'AROADBQP57FF2AEXAMPLE' }, 'kms:Sign')],
    ['what works', 0, user],
    ['what works beside another service', 0, allow(role('A'), ['kms:Sign', 's3:GetObject'])],
    ['everything of another account: that is no more than it says', 0, allow(root(FOREIGN), 'kms:*')],
  ])('%s', (_name, count, statement) => {
    expect(about('policy-ineffective', statement)).toHaveLength(count);
  });

  it('names the parts that no key policy decides', () => {
    const [finding] = about('policy-ineffective', allow(role('A'), ['kms:Sign', 'kms:ListKeys'], { Sid: 'Some' }));
    expect(finding?.message).toBe('Some names actions that no key policy decides: kms:ListKeys');
    expect(finding?.data['actions']).toEqual(['kms:ListKeys']);
  });
});
