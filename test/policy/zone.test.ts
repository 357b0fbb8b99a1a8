import { describe, expect, it } from 'vitest';
import { trust, type TrustZone } from '../../shared/policy/index.ts';
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
