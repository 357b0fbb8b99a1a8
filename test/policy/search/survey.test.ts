import { describe, expect, it } from 'vitest';
import { survey } from '../../../shared/policy/search/survey.ts';
import type { TrustZone } from '../../../shared/policy/zone.ts';
import {
  allow,
  delegation,
  FOREIGN,
  KEY_ARN,
  OWN,
  OWN_ORG,
  ownZone,
  type Part,
  policyOf,
  role,
  root,
} from '../../support/policy-fixtures.ts';

/** What a policy names: the callers that the search looks at one by one come from here. */

const OTHER = '999988887777';

const of = (statements: readonly Part[], zone: TrustZone = ownZone, keyArn: string | null = KEY_ARN) =>
  survey([policyOf(...statements)], zone, keyArn);

const under = (operator: string, key: string, value: string | readonly string[]) =>
  of([allow('*', 'kms:Decrypt', { Condition: { [operator]: { [key]: value } } })]);

describe('accounts', () => {
  it('of principals, once each', () => {
    expect(of([delegation, allow(role('A'), 'kms:*'), allow(root(FOREIGN), 'kms:*')]).accounts).toEqual([OWN, FOREIGN]);
    expect(of([{ ...allow('*', 'kms:*'), Principal: undefined, NotPrincipal: role('A', OTHER) }]).accounts).toEqual([
      OTHER,
    ]);
  });

  it.each<readonly [string, string, string, readonly string[]]>([
    ['StringEquals', 'aws:PrincipalAccount', FOREIGN, [FOREIGN]],
    ['StringEquals', 'kms:CallerAccount', FOREIGN, [FOREIGN]],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${FOREIGN}:role/*`, [FOREIGN]],
    ['StringLike', 'aws:userid', `AROAX:${FOREIGN}`, [FOREIGN]],
    ['StringEquals', 'aws:userid', `1${FOREIGN}`, []],
    ['StringEquals', 'aws:userid', `${FOREIGN}1`, []],
    ['StringLike', 'aws:PrincipalAccount', '4444*', ['444499999999', '444488888888']],
    ['StringLike', 'aws:PrincipalAccount', '44445555666?', ['444455556669', '444455556668']],
    ['StringLike', 'aws:PrincipalAccount', '4444*66?6', ['444499996696', '444488886686']],
    ['StringLike', 'aws:PrincipalAccount', '4*4*', ['499999999994', '488888888884']],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::4444*:role/x', ['444499999999', '444488888888']],
    ['StringLike', 'aws:PrincipalAccount', '*', []],
    ['StringLike', 'aws:PrincipalAccount', '????????????', []],
    ['StringLike', 'aws:PrincipalAccount', '4444?', []],
    ['StringLike', 'aws:PrincipalAccount', '4444555566667?', []],
    ['StringLike', 'aws:PrincipalAccount', 'a4444*', []],
    ['StringLike', 'aws:PrincipalTag/t', '4444*', []],
    ['StringEquals', 'kms:EncryptionContext:App', FOREIGN, []],
    ['StringEquals', 'aws:SourceAccount', FOREIGN, []],
  ])('%s %s %s', (operator, key, value, wanted) => {
    expect(under(operator, key, value).accounts).toEqual(wanted);
  });

  it.each<readonly [string, string, string, readonly string[]]>([
    ['StringEquals', 'aws:SourceAccount', FOREIGN, [FOREIGN]],
    ['StringEquals', 'aws:SourceOwner', FOREIGN, [FOREIGN]],
    ['StringLike', 'aws:SourceAccount', '4444*', ['444499999999', '444488888888']],
    ['StringLike', 'aws:SourceOwner', '4444*', ['444499999999', '444488888888']],
    ['ArnLike', 'aws:SourceArn', `arn:aws:sns:*:${FOREIGN}:t`, [FOREIGN]],
    ['StringLike', 'kms:EncryptionContext:aws:cloudtrail:arn', `arn:aws:cloudtrail:*:${FOREIGN}:trail/*`, [FOREIGN]],
    ['StringEquals', 'aws:PrincipalAccount', FOREIGN, []],
  ])('of sources: %s %s %s', (operator, key, value, wanted) => {
    expect(under(operator, key, value).sourceAccounts).toEqual(wanted);
  });
});

describe('organizations', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['StringEquals', 'aws:PrincipalOrgID', 'o-ext0000001', ['o-ext0000001']],
    ['StringEquals', 'aws:SourceOrgID', 'o-ext0000001', ['o-ext0000001']],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-ext0000001/r-ab12/*', ['o-ext0000001']],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'o-ext0000001/*', ['o-ext0000001']],
    ['StringLike', 'aws:PrincipalOrgID', 'o-ext*', ['o-extqqqqqqq']],
    ['StringLike', 'aws:PrincipalOrgID', 'o-ex?0*', ['o-exq0qqqqqq']],
    ['StringLike', 'aws:PrincipalOrgID', 'o-*', []],
    ['StringLike', 'aws:PrincipalOrgID', '*', []],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-short', []],
    ['StringEquals', 'aws:PrincipalOrgID', 'xo-ext0000001', []],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-EXT0000001', []],
    ['StringEquals', 'aws:PrincipalTag/org', 'the o-ext0000001 and o-ext0000002', ['o-ext0000001', 'o-ext0000002']],
    ['StringEquals', 'aws:PrincipalTag/org', 'o-short', []],
  ])('%s %s %s', (operator, key, value, wanted) => {
    expect(under(operator, key, value).orgs).toEqual([...wanted, OWN_ORG]);
  });

  it('of the zone, and of the paths that it trusts', () => {
    const zone = { ...ownZone, orgs: ['o-ext0000001'], orgPaths: ['o-ext0000002/r-1/*', 'o-ext0000001/r-1/*'] };
    expect(of([], zone).orgs).toEqual([OWN_ORG, 'o-ext0000001', 'o-ext0000002']);
  });
});

describe('principals and services', () => {
  it('by name, once each', () => {
    const user = `arn:aws:iam::${OWN}:user/ann`;
    const session = `arn:aws:sts::${OWN}:assumed-role/A/me`;
    const federated = `arn:aws:sts::${OWN}:federated-user/ann`;
    const found = of([
      delegation,
      allow('*', 'kms:*'),
      allow(role('A'), 'kms:*'),
      allow(
        { AWS: [user, session, federated, role('A').AWS, 'AROADBQP57FF2AEXAMPLE'], Service: 's3.amazonaws.com' },
        'kms:*',
      ),
    ]);
    expect(found.named.map(({ text }) => text)).toEqual([`arn:aws:iam::${OWN}:role/A`, user, session, federated]);
    expect(found.services).toEqual(['s3.amazonaws.com']);
  });

  it.each<readonly [string, string, readonly string[]]>([
    ['aws:PrincipalServiceName', 'logs.amazonaws.com', ['logs.amazonaws.com']],
    ['aws:PrincipalServiceNamesList', 'logs.amazonaws.com', ['logs.amazonaws.com']],
    ['aws:PrincipalServiceName', 'logs.*', []],
    ['aws:PrincipalServiceName', 'log?.amazonaws.com', []],
    ['aws:PrincipalServiceName', '${aws:username}', []],
    ['kms:ViaService', 'logs.amazonaws.com', []],
  ])('services of the condition %s %s', (key, value, wanted) => {
    expect(under('StringLike', key, value).services).toEqual(wanted);
  });
});

describe('networks', () => {
  it.each<readonly [string, readonly string[]]>([
    ['203.0.113.0/24', ['203.0.113.0/24']],
    ['203.0.113.7', ['203.0.113.7']],
    ['12.0.0.0/8', ['12.0.0.0/8']],
    ['12.0.0.0/7', []],
    ['2001:db8::/32', ['2001:db8::/32']],
    ['2001:db8::7', ['2001:db8::7']],
    ['2001::/31', []],
    ['2001::/8', []],
    ['everywhere', []],
  ])('%s', (block, wanted) => {
    expect(under('IpAddress', 'aws:SourceIp', block).networks).toEqual(wanted);
    expect(under('StringEquals', 'aws:PrincipalTag/ip', block).networks).toEqual([]);
  });
});

describe("the owner's own resources", () => {
  const three = (service: string, name: string) => [
    `arn:*:${service}:*::${name}`,
    `arn:*:${service}:*::${name}/*`,
    `arn:*:${service}:*::${name}:*`,
  ];

  it.each<readonly [string, readonly string[]]>([
    ['arn:aws:s3:::own-bucket', three('s3', 'own-bucket')],
    ['arn:aws:s3:::own-bucket/*', three('s3', 'own-bucket')],
    ['arn:aws:s3:::own-bucket/logs/2*', three('s3', 'own-bucket')],
    ['arn:aws:apigateway:eu-west-1::/restapis/a:1', three('apigateway', '/restapis/a:1')],
    ['arn:aws:s3:::own-*', []],
    ['arn:aws:s3:::own-?/x', []],
    ['arn:aws:s3:::${aws:username}', []],
    ['arn:aws:apigateway:eu-west-1::/restapis/*', []],
    [`arn:aws:sns:eu-west-1:${OWN}:t`, []],
    ['arn:aws:s3:::', []],
    ['own-bucket', []],
    ['*', []],
  ])('%s', (value, wanted) => {
    expect(under('ArnLike', 'aws:SourceArn', value).ownResources).toEqual(wanted);
    expect(under('ArnLike', 'aws:PrincipalArn', value).ownResources).toEqual([]);
  });
});

describe('the partition', () => {
  const china = { AWS: `arn:aws-cn:iam::${OWN}:root` };

  it('is that of the key, then of a principal, then the usual one', () => {
    const chinaKey = KEY_ARN.replace('arn:aws:', 'arn:aws-us-gov:');
    expect(of([allow(china, 'kms:*')], ownZone, chinaKey).partition).toBe('aws-us-gov');
    expect(
      of([allow('*', 'kms:*'), allow({ AWS: OWN }, 'kms:*'), allow(china, 'kms:*')], ownZone, null).partition,
    ).toBe('aws-cn');
    expect(of([allow('*', 'kms:*'), allow({ AWS: OWN }, 'kms:*')], ownZone, null).partition).toBe('aws');
    expect(of([], ownZone, null).partition).toBe('aws');
  });
});

describe('strangers that nobody names', () => {
  const pattern = (...values: readonly string[]) => under('StringLike', 'aws:PrincipalAccount', values);

  it('have a new account: not written, and not met by a part of one', () => {
    expect(of([]).freshAccount).toBe('999988887777');
    expect(of([allow(root('999988887777'), 'kms:*')]).freshAccount).toBe('888877776666');
    expect(of([], { ...ownZone, accounts: ['999988887777'] }).freshAccount).toBe('888877776666');
    expect(under('StringEquals', 'aws:PrincipalTag/a', 'x999988887777').freshAccount).toBe('888877776666');
    expect(pattern('99*').freshAccount).toBe('888877776666');
    expect(pattern('99*', '8?*', '77776666555?').freshAccount).toBe('666655554444');
    expect(pattern('*').freshAccount).toBe('999988887777');
  });

  it('even when every part is taken', () => {
    expect(pattern('9*', '8*', '7*', '6*', '2*', '1*').freshAccount).toMatch(/^[0345]\d{11}$/);
    expect(pattern('?*7', '?*5', '0*', '1*', '2*', '3*', '4*').freshAccount).toMatch(/^[5-9]\d{10}[^75]$/);
    const all = ['999988887777', '888877776666', '777766665555', '666655554444', '246813579024', '135792468013'];
    const other = pattern(...all, '314159265358').freshAccount;
    expect([/^\d{12}$/.test(other), [...all, '314159265358', OWN].includes(other)]).toEqual([true, false]);
    expect(pattern(...Array.from({ length: 10 }, (_, i) => `${i}*`)).freshAccount).toMatch(/^\d{12}$/);
  });

  it('have a new organization', () => {
    expect(of([]).freshOrg).toBe('o-zzstranger0');
    expect(under('StringLike', 'aws:PrincipalOrgID', 'o-zzsomething').freshOrg).toBe('o-qqstranger0');
    expect(of([], { ...ownZone, orgs: ['o-zzsomething'] }).freshOrg).toBe('o-qqstranger0');
    const taken = ['o-zzs1', 'o-qqs1', 'o-xxs1', 'o-kks1', 'o-77s1'];
    expect(under('StringLike', 'aws:PrincipalOrgID', taken.slice(0, 4)).freshOrg).toBe('o-77stranger0');
    expect(under('StringLike', 'aws:PrincipalOrgID', taken).freshOrg).toMatch(/^o-[^zqxk7][a-z0-9]{9}$/);
    const parts = ['o-z*', 'o-q*', 'o-x*', 'o-k*', 'o-7*'];
    expect(under('StringLike', 'aws:PrincipalOrgID', parts).freshOrg).toMatch(/^o-[^zqxk7][a-z0-9]{9}$/);
  });
});

it('takes both sides of a comparison together', () => {
  const both = survey([policyOf(delegation), policyOf(allow(root(FOREIGN), 'kms:*'))], ownZone, KEY_ARN);
  expect(both.accounts).toEqual([OWN, FOREIGN]);
});
