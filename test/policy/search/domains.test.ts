import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../../shared/policy/index.ts';
import {
  allow,
  analysisOf,
  FOREIGN,
  KEY_ARN,
  OWN,
  OWN_ORG,
  ownZone,
  type Part,
} from '../../support/policy-fixtures.ts';

/** What AWS lets whom bring under a condition key, by an Allow to everybody with one condition on it. */

type Row = readonly [operator: string, key: string, value: string];

const open = ([operator, key, value]: Row, action = 'kms:Decrypt'): Part =>
  allow('*', action, { Condition: { [operator]: { [key]: value } } });

const inside = ['account', 'organization', 'trusted'];

/** Classes from outside that meet the condition; every one must be proved. */
const outside = (statement: Part, zone = ownZone, keyArn: string | null = KEY_ARN): readonly string[] => {
  const { access, complete, uncertified } = analysisOf([statement], zone, keyArn);
  expect([complete, uncertified]).toEqual([true, 0]);
  return [...new Set(access.map(({ who }) => who))].filter((who) => !inside.includes(who)).toSorted();
};

const everybody = ['public', 'service'];
const ANY_ARN = 'arn:aws:sns:*:*:*';

describe('anybody, and any service', () => {
  it.each<Row>([
    ['DateGreaterThan', 'aws:CurrentTime', '2031-01-01T00:00:00Z'],
    ['NumericGreaterThan', 'aws:EpochTime', '1993456000'],
    ['Bool', 'aws:SecureTransport', 'true'],
    ['StringEquals', 'aws:RequestedRegion', 'eu-west-1'],
    ['StringEquals', 'aws:ResourceAccount', OWN],
    ['StringEquals', 'aws:ResourceOrgID', OWN_ORG],
    ['ForAnyValue:StringLike', 'aws:ResourceOrgPaths', `${OWN_ORG}/r-ab12/*`],
    ['StringEquals', 'kms:KeySpec', 'RSA_2048'],
    ['StringEquals', 'kms:KeyOrigin', 'AWS_KMS'],
    ['Bool', 'kms:MultiRegion', 'true'],
    ['Bool', 'kms:MultiRegion', 'false'],
    ['StringEquals', 'kms:EncryptionContext:App', 'billing'],
    ['StringEquals', 'kms:RequestAlias', 'alias/x'],
    ['StringEquals', 'aws:UserAgent', 'x'],
    ['Null', 'aws:SourceArn', 'true'],
    ['Null', 'aws:username', 'true'],
    ['Null', 'aws:SourceIp', 'true'],
    ['Null', 'aws:PrincipalOrgID', 'true'],
    ['Bool', 'aws:ViaAWSService', 'false'],
    ['Null', 'kms:ViaService', 'true'],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual(everybody);
  });
});

describe('any person, and no service', () => {
  it.each<Row>([
    ['StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com'],
    ['StringEquals', 'kms:ViaService', 'ec2.cn-north-1.amazonaws.com.cn'],
    ['Bool', 'aws:ViaAWSService', 'true'],
    ['ForAnyValue:StringEquals', 'aws:CalledVia', 's3.amazonaws.com'],
    ['StringEquals', 'aws:CalledViaFirst', 's3.amazonaws.com'],
    ['StringEquals', 'aws:PrincipalTag/team', 'x'],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole'],
    ['StringEquals', 'aws:PrincipalType', 'User'],
    ['StringEquals', 'aws:PrincipalType', 'Account'],
    ['StringEquals', 'aws:PrincipalType', 'FederatedUser'],
    ['StringLike', 'aws:userid', 'AROA*'],
    ['StringLike', 'aws:userid', 'AROA*:*'],
    ['StringLike', 'aws:userid', 'AIDA*'],
    ['StringEquals', 'aws:username', 'bob'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false'],
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '300'],
    ['DateGreaterThan', 'aws:TokenIssueTime', '2030-01-01T00:00:00Z'],
    ['Bool', 'aws:AssumedRoot', 'true'],
    ['StringEquals', 'aws:SourceIdentity', 'ann'],
    ['StringLike', 'aws:PrincipalOrgID', 'o-*'],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-*/r-*/*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Admin'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:sts::*:federated-user/*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:root'],
    ['Bool', 'aws:PrincipalIsAWSService', 'false'],
    ['StringEquals', 'kms:EncryptionContext:aws:cloudtrail:arn', 'x'],
    ['StringLike', 'aws:SourceVpce', 'vpce-*'],
    ['StringLike', 'aws:SourceVpc', 'vpc-*'],
    ['IpAddress', 'aws:VpcSourceIp', '10.0.0.0/8'],
    ['ArnLike', 'aws:SourceVpcArn', 'arn:aws:ec2:*:*:vpc/*'],
    ['ForAnyValue:StringLike', 'aws:VpceOrgPaths', 'o-*'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0'],
    ['IpAddress', 'aws:SourceIp', '128.0.0.0/1'],
    ['IpAddress', 'aws:SourceIp', '::/0'],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual(['public']);
  });
});

describe('only from a network, or with an id, that the policy names', () => {
  it.each<Row>([
    ['StringEquals', 'aws:userid', 'AROAEXAMPLEEXAMPLE000:me'],
    ['StringEquals', 'aws:userid', 'AIDAEXAMPLEEXAMPLE000'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-0a1b2c3d4e5f60001'],
    ['StringEquals', 'aws:SourceVpc', 'vpc-0a1b2c3d'],
    ['ArnLike', 'aws:SourceVpcArn', `arn:aws:ec2:*:${OWN}:vpc/*`],
    ['StringEquals', 'aws:VpceAccount', OWN],
    ['StringEquals', 'aws:VpceOrgID', OWN_ORG],
    ['ForAnyValue:StringLike', 'aws:VpceOrgPaths', `${OWN_ORG}/*`],
    ['IpAddress', 'aws:SourceIp', '203.0.113.0/24'],
    ['IpAddress', 'aws:SourceIp', '2001:db8::/32'],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual(['conditional']);
  });
});

describe('only whom the condition names', () => {
  it.each<Row>([
    ['StringEquals', 'aws:PrincipalOrgID', 'o-ext0000001'],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-ext0000001/*'],
    ['StringEquals', 'aws:PrincipalAccount', FOREIGN],
    ['StringEquals', 'kms:CallerAccount', FOREIGN],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual(['external']);
  });
});

describe('only services', () => {
  it.each<Row>([
    ['Bool', 'aws:PrincipalIsAWSService', 'true'],
    ['StringEquals', 'aws:PrincipalServiceName', 'logs.amazonaws.com'],
    ['ForAnyValue:StringEquals', 'aws:PrincipalServiceNamesList', 'logs.amazonaws.com'],
    ['StringEquals', 'aws:SourceAccount', FOREIGN],
    ['StringEquals', 'aws:SourceOwner', FOREIGN],
    ['StringEquals', 'aws:SourceOrgID', 'o-ext0000001'],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-ext0000001/*'],
    ['ArnLike', 'aws:SourceArn', ANY_ARN],
    ['ArnLike', 'aws:SourceArn', `arn:aws:sns:*:${FOREIGN}:*`],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual(['service']);
  });
});

describe('nobody outside', () => {
  it.each<Row>([
    ['Bool', 'aws:SecureTransport', 'false'],
    ['Null', 'aws:SecureTransport', 'true'],
    ['Null', 'aws:CurrentTime', 'true'],
    ['StringEquals', 'kms:ViaService', 's3.example.com'],
    ['StringEquals', 'aws:CalledViaLast', 'example'],
    ['Null', 'aws:ViaAWSService', 'true'],
    ['StringEquals', 'aws:PrincipalType', 'Anonymous'],
    ['StringLike', 'aws:userid', 'ASIA*'],
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '0'],
    ['Bool', 'aws:AssumedRoot', 'false'],
    ['StringEquals', 'aws:RequestedRegion', 'us-east-1'],
    ['StringEquals', 'aws:ResourceAccount', FOREIGN],
    ['Null', 'aws:ResourceAccount', 'true'],
    ['StringEquals', 'aws:ResourceOrgID', 'o-ext0000001'],
    ['Null', 'aws:ResourceOrgPaths', 'true'],
    ['ForAnyValue:StringLike', 'aws:ResourceOrgPaths', 'o-ext0000001/*'],
    ['Null', 'kms:KeySpec', 'true'],
    ['Null', 'kms:KeyUsage', 'true'],
    ['Null', 'kms:KeyOrigin', 'true'],
    ['Null', 'kms:CustomerMasterKeySpec', 'true'],
    ['Null', 'kms:CustomerMasterKeyUsage', 'true'],
    ['Null', 'kms:MultiRegion', 'true'],
    ['StringEquals', 'kms:MultiRegion', 'maybe'],
    ['StringEquals', 'aws:PrincipalOrgID', OWN_ORG],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', `${OWN_ORG}/*`],
    ['StringEquals', 'aws:PrincipalAccount', OWN],
    ['StringEquals', 'kms:CallerAccount', OWN],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:group/*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws-cn:iam::*:role/*'],
    ['StringEquals', 'aws:SourceAccount', OWN],
    ['StringEquals', 'aws:SourceOwner', OWN],
    ['StringEquals', 'aws:SourceOrgID', OWN_ORG],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', `${OWN_ORG}/*`],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::own-bucket'],
    ['ArnLike', 'aws:SourceArn', `arn:aws:sns:*:${OWN}:*`],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
    ['IpAddress', 'aws:SourceIp', '172.16.0.0/12'],
    ['IpAddress', 'aws:SourceIp', '192.168.0.0/16'],
    ['IpAddress', 'aws:SourceIp', '127.0.0.0/8'],
    ['IpAddress', 'aws:SourceIp', '169.254.0.0/16'],
    ['IpAddress', 'aws:SourceIp', '224.0.0.0/3'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/8'],
    ['IpAddress', 'aws:SourceIp', 'fc00::/7'],
    ['IpAddress', 'aws:SourceIp', 'fe80::/10'],
    ['IpAddress', 'aws:SourceIp', '::/64'],
  ])('%s %s %s', (...row) => {
    expect(outside(open(row))).toEqual([]);
  });
});

describe('it depends on the action', () => {
  it.each([
    ['kms:Sign', ['StringEquals', 'kms:EncryptionContext:App', 'billing'], []],
    ['kms:CreateGrant', ['Bool', 'kms:GrantIsForAWSResource', 'true'], ['public']],
    ['kms:CreateGrant', ['Bool', 'kms:GrantIsForAWSResource', 'false'], everybody],
    ['kms:CreateGrant', ['Null', 'kms:GrantIsForAWSResource', 'true'], everybody],
    ['kms:Decrypt', ['Bool', 'kms:GrantIsForAWSResource', 'true'], []],
  ] as const)('%s: %j', (action, row, wanted) => {
    expect(outside(open(row, action))).toEqual(wanted);
  });
});

describe('a key of which less is known', () => {
  it('in no known organization may be in any, or in none', () => {
    const zone = zoneOf(OWN);
    expect(outside(open(['StringEquals', 'aws:ResourceOrgID', 'o-ext0000001']), zone)).toEqual(everybody);
    expect(outside(open(['Null', 'aws:ResourceOrgID', 'true']), zone)).toEqual(everybody);
    expect(outside(open(['Null', 'aws:ResourceOrgPaths', 'true']), zone)).toEqual(everybody);
    expect(outside(open(['ForAnyValue:StringLike', 'aws:ResourceOrgPaths', 'o-ext0000001/*']), zone)).toEqual(
      everybody,
    );
  });

  it('without an ARN may be in any Region, but is in one', () => {
    expect(outside(open(['StringEquals', 'aws:RequestedRegion', 'us-east-1']), ownZone, null)).toEqual(everybody);
    expect(outside(open(['Null', 'aws:RequestedRegion', 'true']), ownZone, null)).toEqual([]);
  });
});

describe('two keys of one caller', () => {
  it.each<readonly [string, Part, readonly string[]]>([
    ['an endpoint has no public address', { Null: { 'aws:SourceIp': 'false', 'aws:SourceVpce': 'false' } }, []],
    [
      'a call without an address comes through an endpoint',
      { Null: { 'aws:SourceIp': 'true', 'aws:SourceVpce': 'false' } },
      ['public'],
    ],
    ['through a service there is no endpoint', { Null: { 'kms:ViaService': 'false', 'aws:SourceVpce': 'false' } }, []],
    [
      'a role has no user name',
      { Null: { 'aws:username': 'false' }, StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
      [],
    ],
    ['a user has one', { Null: { 'aws:username': 'true' }, StringEquals: { 'aws:PrincipalType': 'User' } }, []],
    [
      'the root user has no tags',
      { Null: { 'aws:PrincipalTag/t': 'false' }, StringEquals: { 'aws:PrincipalType': 'Account' } },
      [],
    ],
    [
      'the root user is its account',
      { StringLike: { 'aws:userid': 'A*' }, StringEquals: { 'aws:PrincipalType': 'Account' } },
      [],
    ],
    [
      'a federated user, too',
      { StringLike: { 'aws:userid': 'A*' }, StringEquals: { 'aws:PrincipalType': 'FederatedUser' } },
      [],
    ],
    [
      'a role knows whether MFA was used',
      { Null: { 'aws:MultiFactorAuthPresent': 'true' }, StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
      [],
    ],
    [
      'a user may not',
      { Null: { 'aws:MultiFactorAuthPresent': 'true' }, StringEquals: { 'aws:PrincipalType': 'User' } },
      ['public'],
    ],
    [
      'a role has a token',
      { Null: { 'aws:TokenIssueTime': 'true' }, StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
      [],
    ],
    [
      'a user may have none',
      { Null: { 'aws:TokenIssueTime': 'true' }, StringEquals: { 'aws:PrincipalType': 'User' } },
      ['public'],
    ],
    [
      'only the root user is assumed',
      { Bool: { 'aws:AssumedRoot': 'true' }, StringEquals: { 'aws:PrincipalType': 'User' } },
      [],
    ],
    [
      'a type and an ARN agree',
      {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' },
        StringEquals: { 'aws:PrincipalType': 'AssumedRole' },
      },
      [],
    ],
  ])('%s', (_name, Condition, wanted) => {
    expect(outside(allow('*', 'kms:Decrypt', { Condition }))).toEqual(wanted);
  });
});
