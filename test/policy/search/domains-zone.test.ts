import { describe, expect, it } from 'vitest';
import { trust, type TrustZone } from '../../../shared/policy/index.ts';
import { allow, analysisOf, FOREIGN, OWN_ORG, ownZone, type Part } from '../../support/policy-fixtures.ts';

/** What the trust zone takes out of a stranger's hands, and which keys he may leave out. */

const trusting = (...values: readonly string[]): TrustZone =>
  values.reduce((zone, value) => trust(zone, value) ?? zone, ownZone);

const inside = ['account', 'organization', 'trusted'];
const outside = (Condition: Part, zone = ownZone): readonly string[] => {
  const { access, complete, uncertified } = analysisOf([allow('*', 'kms:Decrypt', { Condition })], zone);
  expect([complete, uncertified]).toEqual([true, 0]);
  return [...new Set(access.map(({ who }) => who))].filter((who) => !inside.includes(who)).toSorted();
};

const VPCE = 'vpce-0a1b2c3d4e5f60001';
const THROUGH = { StringLike: { 'aws:SourceVpce': 'vpce-*' } };
const VIA = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
const UNIT = 'o-ext0000001/r-ab12/ou-ab12-11111111/*';

type Row = [name: string, Condition: Part, zone: TrustZone, wanted: readonly string[]];

describe('trusted networks', () => {
  it.each<Row>([
    ['a trusted endpoint', { StringEquals: { 'aws:SourceVpce': VPCE } }, trusting(VPCE), []],
    [
      'one of two trusted endpoints',
      { StringEquals: { 'aws:SourceVpce': [VPCE, 'vpce-2'] } },
      trusting(VPCE),
      ['conditional'],
    ],
    ['any endpoint', THROUGH, trusting(VPCE), ['public']],
    ['any endpoint, when the usual stranger is trusted', THROUGH, trusting('vpce-0fedcba9876543210'), ['public']],
    [
      'an endpoint, when a VPC is trusted',
      { StringEquals: { 'aws:SourceVpce': VPCE } },
      trusting('vpc-1'),
      ['conditional'],
    ],
    ['a trusted VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, trusting('vpc-1'), []],
    ['another VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-2' } }, trusting('vpc-1'), ['conditional']],
    [
      'a VPC, when an endpoint is trusted',
      { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
      trusting(VPCE),
      ['conditional'],
    ],
    ['a trusted block', { IpAddress: { 'aws:SourceIp': '203.0.113.128/25' } }, trusting('203.0.113.0/24'), []],
    [
      'more than a trusted block',
      { IpAddress: { 'aws:SourceIp': '203.0.112.0/23' } },
      trusting('203.0.113.0/24'),
      ['conditional'],
    ],
    [
      'a block, when only VPCs are trusted',
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      trusting(VPCE, 'vpc-1'),
      ['conditional'],
    ],
    ['all of a trusted world', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, trusting('0.0.0.0/0'), []],
    [
      'everybody, by a condition that excludes a network',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      ownZone,
      ['public', 'service'],
    ],
    [
      'the usual address, excluded',
      { NotIpAddress: { 'aws:SourceIp': '198.18.0.0/16' } },
      trusting('203.0.113.0/24'),
      ['public', 'service'],
    ],
  ])('%s', (_name, Condition, zone, wanted) => {
    expect(outside(Condition, zone)).toEqual(wanted);
  });
});

describe('trusted organizations', () => {
  it.each<Row>([
    ['sources in a trusted unit', { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': UNIT } }, trusting(UNIT), []],
    [
      'sources in the rest of the organization',
      { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-ext0000001/*' } },
      trusting(UNIT),
      ['service'],
    ],
    [
      'sources in two organizations at once',
      {
        'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-ext0000001/*' },
        StringEquals: { 'aws:SourceOrgID': 'o-ext0000002' },
      },
      ownZone,
      [],
    ],
    [
      'sources in one, twice',
      {
        'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-ext0000001/*' },
        StringEquals: { 'aws:SourceOrgID': 'o-ext0000001' },
      },
      ownZone,
      ['service'],
    ],
    [
      'sources in none, with a path',
      { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-*/*' }, Null: { 'aws:SourceOrgID': 'true' } },
      ownZone,
      ['service'],
    ],
    ['people in a trusted unit', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': UNIT } }, trusting(UNIT), []],
    [
      'people in two organizations at once',
      {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-ext0000001/*' },
        StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000002' },
      },
      ownZone,
      [],
    ],
    [
      'people in one, twice',
      {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-ext0000001/*' },
        StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' },
      },
      ownZone,
      ['external'],
    ],
    [
      'people in none, with a path',
      { Null: { 'aws:PrincipalOrgID': 'true', 'aws:PrincipalOrgPaths': 'false' } },
      ownZone,
      [],
    ],
    [
      'people in an organization, without a path',
      { Null: { 'aws:PrincipalOrgID': 'false', 'aws:PrincipalOrgPaths': 'true' } },
      ownZone,
      [],
    ],
    [
      'people below the root of their organization',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-*/*' } },
      ownZone,
      ['public'],
    ],
    [
      'people at a place that is none',
      { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': 'o-ext0000001/x-ab12/' } },
      ownZone,
      [],
    ],
    ['a condition on our own', { StringNotEquals: { 'aws:PrincipalOrgID': OWN_ORG } }, ownZone, ['public', 'service']],
  ])('%s', (_name, Condition, zone, wanted) => {
    expect(outside(Condition, zone)).toEqual(wanted);
  });
});

describe('what may be left out', () => {
  const gone = (key: string): Part => ({ Null: { [key]: 'true' } });

  it.each([
    'aws:SourceVpc',
    'aws:SourceVpcArn',
    'aws:VpcSourceIp',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:VpceOrgPaths',
  ])('through an endpoint: %s, or not', (key) => {
    expect(outside({ ...THROUGH, ...gone(key) })).toEqual(['public']);
    expect(outside({ ...THROUGH, Null: { [key]: 'false' } })).toEqual(['public']);
  });

  it.each([
    'aws:SourceVpc',
    'aws:SourceVpcArn',
    'aws:VpcSourceIp',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:VpceOrgPaths',
  ])('not through an endpoint: there is no %s', (key) => {
    expect(outside({ Null: { 'aws:SourceVpce': 'true', [key]: 'false' } })).toEqual([]);
    expect(outside({ ...VIA, Null: { [key]: 'false' } })).toEqual([]);
  });

  it('through a service: the address, which is not the caller’s', () => {
    expect(outside({ ...VIA, ...gone('aws:SourceIp') })).toEqual(['public']);
    expect(outside({ ...VIA, Null: { 'aws:SourceIp': 'false' } })).toEqual(['public']);
    expect(outside({ ...VIA, IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })).toEqual([]);
  });

  it('from the internet: not the address', () => {
    const direct = { Bool: { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' } };
    expect(outside({ ...direct, Null: { 'aws:SourceVpce': 'true', 'aws:SourceIp': 'true' } })).toEqual([]);
  });

  it.each(['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOwner', 'aws:SourceOrgID', 'aws:SourceOrgPaths'])(
    'by a service: %s, or not',
    (key) => {
      const services = { Bool: { 'aws:PrincipalIsAWSService': 'true' } };
      expect(outside({ ...services, ...gone(key) })).toEqual(['service']);
      expect(outside({ ...services, Null: { [key]: 'false' } })).toEqual(['service']);
    },
  );

  it('by a service: what it acts for must agree', () => {
    const source = (account: string, arn: string): Part => ({
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': arn },
    });
    expect(outside(source(FOREIGN, `arn:aws:sns:*:${FOREIGN}:*`))).toEqual(['service']);
    expect(outside(source(FOREIGN, 'arn:aws:sns:*:999911112222:*'))).toEqual([]);
    expect(outside(source(FOREIGN, 'arn:aws:s3:::some-*'))).toEqual(['service']);
    expect(outside(source(FOREIGN, 'arn:aws:s3:::own-bucket'))).toEqual([]);
  });
});
