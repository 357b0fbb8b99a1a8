import { describe, expect, it } from 'vitest';
import { insideOrgs, standingOf, trust, type TrustZone, zoneOf } from '../../shared/policy/zone.ts';
import { allow, analysisOf, FOREIGN, KEY_ARN, OWN, OWN_ORG, ownZone, root, whoIn } from '../support/policy-fixtures.ts';

const trusting = (...values: readonly string[]): TrustZone =>
  values.reduce((zone, value) => trust(zone, value) ?? zone, ownZone);

describe('who counts as inside', () => {
  it.each([
    ['an account', FOREIGN, allow(root(FOREIGN), 'kms:Decrypt')],
    [
      'an organization',
      'o-ext0000001',
      allow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } } }),
    ],
    [
      'an organizational unit',
      'o-ext0000001/r-ab12/ou-ab12-11111111/*',
      allow('*', 'kms:Decrypt', {
        Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-ext0000001/r-ab12/ou-ab12-11111111/*' } },
      }),
    ],
    [
      'an endpoint',
      'vpce-0a1b2c3d4e5f60001',
      allow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60001' } } }),
    ],
    [
      'a block of addresses',
      '203.0.113.0/24',
      allow('*', 'kms:Decrypt', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.128/25' } } }),
    ],
    ['a service', 'cloudtrail.amazonaws.com', allow({ Service: 'cloudtrail.amazonaws.com' }, 'kms:Decrypt')],
  ])('%s, once it is trusted', (_name, value, statement) => {
    const before = analysisOf([statement]);
    expect(before.crossAccount || before.service).toBe(true);
    const after = analysisOf([statement], trusting(value));
    expect([after.public, after.crossAccount, after.service]).toEqual([false, false, false]);
  });

  it.each([
    [
      'another unit of the organization',
      'o-ext0000001/r-ab12/ou-ab12-11111111/*',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-ext0000001/*' } },
    ],
    ['the rest of the network', '203.0.113.0/25', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
  ])('but not %s', (_name, value, Condition) => {
    expect(analysisOf([allow('*', 'kms:Decrypt', { Condition })], trusting(value)).crossAccount).toBe(true);
  });

  it('a member account of the own organization', () => {
    const zone: TrustZone = { ...ownZone, orgAccounts: [FOREIGN] };
    expect(whoIn(analysisOf([allow(root(FOREIGN), 'kms:Decrypt')], zone))).toEqual([
      `organization arn:aws:iam::${FOREIGN}:root`,
    ]);
  });

  it.each(['', '12345', 'o-', 'everybody', 'arn:aws:iam::111122223333:root'])('trusts nothing called %j', (value) => {
    expect(trust(ownZone, value)).toBeNull();
  });
});

describe('no partition is special', () => {
  it.each(['aws-cn', 'aws-us-gov'])('%s', (partition) => {
    const key = KEY_ARN.replace('arn:aws:', `arn:${partition}:`);
    const account = (id: string) => ({ AWS: `arn:${partition}:iam::${id}:root` });
    const analysis = analysisOf([allow(account(OWN), 'kms:*'), allow(account(FOREIGN), 'kms:Decrypt')], ownZone, key);
    expect(analysis.manageable).toBe('robust');
    const [access] = analysis.access;
    expect([access?.principal, access?.witness?.principal]).toEqual([
      `arn:${partition}:iam::${FOREIGN}:root`,
      `arn:${partition}:iam::${FOREIGN}:role/any`,
    ]);
  });
});

describe('without an organization', () => {
  it('the own account may be in any, so a condition on one decides nothing', () => {
    const zone: TrustZone = { ...ownZone, org: null };
    const pinned = allow(root(), 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': OWN_ORG } } });
    expect(analysisOf([pinned], zone).manageable).toBe('conditional');
    expect(analysisOf([pinned]).manageable).toBe('robust');
  });
});

describe('what a --trust value is', () => {
  const UNIT = 'o-ext0000001/r-ab12/ou-ab12-11111111/*';

  it.each([
    ['accounts', FOREIGN],
    ['orgs', 'o-ext0000001'],
    ['orgs', `o-${'a1'.repeat(16)}`],
    ['orgPaths', UNIT],
    ['orgPaths', 'o-ext0000001/'],
    ['networks', 'vpce-0a1b2c3d4e5f60001'],
    ['networks', 'vpc-0a1b2c3d'],
    ['networks', '203.0.113.0/24'],
    ['networks', '203.0.113.7'],
    ['networks', '2001:db8::7'],
    ['networks', '2001:DB8::/32'],
    ['services', 'cloudtrail.amazonaws.com'],
    ['services', 'logs.eu-west-1.amazonaws.com'],
  ] as const)('%s: %s', (list, value) => {
    expect(trust(ownZone, value)).toEqual({ ...ownZone, [list]: [value] });
    expect(trusting('999988887777', 'o-own0000002', 'o-own0000002/', 'vpc-1', 'a.example', value)[list].at(-1)).toBe(
      value,
    );
  });

  it('keeps what is trusted already, in order', () => {
    expect(trusting(FOREIGN, '999988887777')).toEqual({ ...ownZone, accounts: [FOREIGN, '999988887777'] });
    expect(trusting('o-ext0000001', UNIT, 'o-ext0000002', 'vpc-1', '10.0.0.0/8', 'a.example', 'b.example')).toEqual({
      ...ownZone,
      orgs: ['o-ext0000001', 'o-ext0000002'],
      orgPaths: [UNIT],
      networks: ['vpc-1', '10.0.0.0/8'],
      services: ['a.example', 'b.example'],
    });
    expect(trusting(UNIT, 'o-x000000000/r-1/')).toEqual({ ...ownZone, orgPaths: [UNIT, 'o-x000000000/r-1/'] });
  });

  it.each([
    '1111222233334',
    '11112222333',
    'x111122223333',
    '111122223333x',
    'o-short',
    'O-EXT0000001',
    'xo-ext0000001',
    'o-ext0000001 ',
    `o-${'a'.repeat(33)}`,
    'xo-ext0000001/r-1/',
    'o-short/r-1/',
    'vpcx-1',
    'vpc-',
    'vpc-A',
    'xvpc-1!',
    '203.0.113.0/33',
    '203.0.113.256',
    '203.0.113',
    '203.0.113.0/',
    '203.0.113.0/2400',
    'x203.0.113.0/24',
    '203.0.113.0/24x',
    'localhost',
    'a..b',
    '.example',
    'example.',
    'An.Example',
    'a.example/',
    ' a.example',
  ])('nothing: %j', (value) => {
    expect(trust(ownZone, value)).toBeNull();
  });
});

describe('where an account stands', () => {
  const zone: TrustZone = { ...ownZone, orgAccounts: ['999988887777'], accounts: [FOREIGN] };

  it.each([
    [OWN, 'own'],
    ['999988887777', 'organization'],
    [FOREIGN, 'trusted'],
    ['123456789012', 'outside'],
  ])('%s: %s', (account, standing) => {
    expect(standingOf(zone, account)).toBe(standing);
  });

  it('the own account is the own one, whatever the lists say', () => {
    expect(standingOf({ ...zone, orgAccounts: [OWN], accounts: [OWN] }, OWN)).toBe('own');
    expect(standingOf({ ...zone, accounts: ['999988887777'] }, '999988887777')).toBe('organization');
  });

  it('members of the own organization and of trusted ones are inside', () => {
    expect(insideOrgs(trusting('o-ext0000001'))).toEqual([OWN_ORG, 'o-ext0000001']);
    expect(insideOrgs({ ...zoneOf(OWN), orgs: ['o-ext0000001'] })).toEqual(['o-ext0000001']);
    expect(insideOrgs(zoneOf(OWN))).toEqual([]);
  });
});
