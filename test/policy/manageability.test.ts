import { describe, expect, it } from 'vitest';
import { analyze, passesSafetyCheck, withCallerKeys, zoneOf } from '../../shared/policy/index.ts';
import {
  allow,
  analysisOf,
  delegation,
  deny,
  KEY_ARN,
  OWN,
  OWN_ORG,
  ownZone,
  policyOf,
  role,
  root,
} from '../support/policy-fixtures.ts';

const after = (seconds: string) => ({ NumericGreaterThan: { 'aws:EpochTime': seconds } });
const during = (operator: string, time: string) => ({ Condition: { [operator]: { 'aws:CurrentTime': time } } });
const from = (block: string) => ({ IpAddress: { 'aws:SourceIp': block } });

describe('how well the policy can still be changed', () => {
  it.each([
    [
      'robust',
      'until a date that only a Deny on other actions reads',
      [delegation, deny('kms:Decrypt', { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } })],
    ],
    [
      'conditional',
      'until a date',
      [allow(root(), 'kms:*', { Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } } })],
    ],
    ['conditional', 'from a date on', [delegation, deny('kms:*', { DateLessThan: { 'aws:EpochTime': '4102444800' } })]],
    [
      'conditional',
      'by anybody with a tag',
      [allow(root(), 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalTag/admin': 'yes' } } })],
    ],
    [
      'robust',
      'by members of the organization alone, read from their paths',
      [delegation, deny('kms:*', { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `${OWN_ORG}/*` } })],
    ],
    [
      'robust',
      'where the key is in the organization, read from its paths',
      [
        allow(root(), 'kms:*', {
          Condition: { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${OWN_ORG}/r-*/*` } },
        }),
      ],
    ],
    [
      'conditional',
      'by members of one unit alone',
      [
        allow(root(), 'kms:*', {
          Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${OWN_ORG}/r-*/ou-ab12-*` } },
        }),
      ],
    ],
    ['robust', 'but from one network', [delegation, deny('kms:*', from('203.0.113.0/24'))]],
    ['conditional', 'but from one half of the internet', [delegation, deny('kms:*', from('0.0.0.0/1'))]],
    ['conditional', 'but from the other half', [delegation, deny('kms:*', from('128.0.0.0/1'))]],
    ['conditional', 'until a time as a number with a sign', [delegation, deny('kms:*', after('+1893456000'))]],
    ['conditional', 'in a year that is read as a text', [allow(root(), 'kms:*', during('StringLike', '2026-*'))]],
    [
      'conditional',
      'until one of more dates than are looked at',
      [
        ...Array.from({ length: 120 }, (_, i) =>
          deny('kms:Put*', { NumericEquals: { 'aws:EpochTime': `${1e9 + i}` } }),
        ),
        delegation,
        deny('kms:*', after('1893456000')),
      ],
    ],
    [
      'robust',
      'whatever the dates of other actions',
      [
        ...Array.from({ length: 120 }, (_, i) =>
          deny('kms:Decrypt', { DateEquals: { 'aws:EpochTime': `${1e9 + i}` } }),
        ),
        delegation,
      ],
    ],
    ['named', 'by a user', [allow({ AWS: `arn:aws:iam::${OWN}:user/ann` }, 'kms:*')]],
    ['named', 'by a session', [allow({ AWS: `arn:aws:sts::${OWN}:assumed-role/Admin/me` }, 'kms:PutKeyPolicy')]],
    ['locked', 'when only an undocumented reading would allow it', [allow(root(), 'k*:PutKeyPolicy')]],
    [
      'locked',
      'when a Deny may be read to stop it',
      [delegation, { Effect: 'Deny', NotPrincipal: root('444455556666'), Action: 'kms:*', Resource: '*' }],
    ],
    ['locked', 'when the statement is about another key', [{ ...delegation, Resource: `${KEY_ARN}0` }]],
    ['locked', 'without statements', []],
  ] as const)('%s: %s', (level, _name, statements) => {
    const { manageability } = analysisOf(statements);
    expect([manageability.level, manageability.undetermined]).toEqual([level, false]);
    expect(manageability.witness === null).toBe(level === 'locked');
  });

  it('says what the level depends on', () => {
    const perimeter = deny('kms:*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-own0000001' } });
    expect(analysisOf([delegation, perimeter]).manageability.dependsOn).toEqual(['aws:PrincipalOrgID']);
  });

  it('flags a locked policy as critical and a named one as medium', () => {
    const severities = (statements: Parameters<typeof analysisOf>[0]) =>
      analysisOf(statements).findings.flatMap((one) => (one.rule === 'policy-unmanageable' ? [one.severity] : []));
    expect(severities([allow(role('Admin'), 'kms:*')])).toEqual(['medium']);
    expect(severities([allow(role('Admin'), 'kms:Decrypt')])).toEqual(['critical']);
    expect(severities([delegation])).toEqual([]);
  });
});

describe("KMS's own safety check", () => {
  const as = (principal: string) =>
    withCallerKeys({ principal, principalType: 'AWS', action: 'kms:PutKeyPolicy', resource: KEY_ARN, context: {} });

  it('asks only whether the caller could do it again', () => {
    const policy = policyOf(allow(role('Admin'), 'kms:*'));
    expect(passesSafetyCheck(policy, as(`arn:aws:iam::${OWN}:role/Admin`))).toBe(true);
    expect(passesSafetyCheck(policy, as(`arn:aws:iam::${OWN}:root`))).toBe(false);
  });
});

describe('a plain call of the root user', () => {
  const under = (operator: string, key: string, value: string | readonly string[]) =>
    analysisOf([allow(root(), 'kms:*', { Condition: { [operator]: { [key]: value } } })]).manageability;

  it.each([
    ['StringEquals', 'aws:PrincipalAccount', OWN],
    ['ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${OWN}:root`],
    ['StringEquals', 'aws:PrincipalType', 'Account'],
    ['StringEquals', 'aws:userid', OWN],
    ['Bool', 'aws:PrincipalIsAWSService', 'false'],
    ['Bool', 'aws:ViaAWSService', 'false'],
    ['Bool', 'aws:SecureTransport', 'true'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0'],
    ['NotIpAddress', 'aws:SourceIp', '198.18.0.0/24'],
    ['NotIpAddress', 'aws:SourceIp', ['198.18.0.0/24', '8.8.4.0/24', '100.20.30.0/24']],
    ['StringEquals', 'aws:ResourceAccount', OWN],
    ['StringEquals', 'kms:CallerAccount', OWN],
    ['StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT'],
    ['StringEquals', 'kms:KeyUsage', 'ENCRYPT_DECRYPT'],
    ['StringEquals', 'kms:KeyOrigin', 'AWS_KMS'],
    ['Bool', 'kms:MultiRegion', 'false'],
    ['StringEquals', 'aws:RequestedRegion', 'eu-west-1'],
    ['StringEquals', 'aws:PrincipalOrgID', OWN_ORG],
    ['StringEquals', 'aws:ResourceOrgID', OWN_ORG],
    ['Null', 'aws:MultiFactorAuthPresent', 'true'],
    ['Null', 'aws:SourceVpce', 'true'],
  ])('is enough for %s %s %j', (operator, key, value) => {
    const { level, witness } = under(operator, key, value);
    expect([level, witness?.principal, witness?.action]).toEqual([
      'robust',
      `arn:aws:iam::${OWN}:root`,
      'kms:PutKeyPolicy',
    ]);
  });

  it.each([
    ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
    ['IpAddress', 'aws:SourceIp', '198.18.0.0/24'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-0a1b2c3d4e5f60001'],
    ['Bool', 'aws:ViaAWSService', 'true'],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole'],
    ['StringEquals', 'kms:KeySpec', 'RSA_2048'],
    ['Bool', 'kms:MultiRegion', 'true'],
    ['Bool', 'kms:BypassPolicyLockoutSafetyCheck', 'true'],
  ])('is not enough for %s %s %s: the account can, under a condition', (operator, key, value) => {
    const { level, witness } = under(operator, key, value);
    expect([level, witness === null]).toEqual(['conditional', false]);
  });

  it.each([
    ['aws:PrincipalOrgID', 'o-ext0000001'],
    ['aws:RequestedRegion', 'us-east-1'],
    ['aws:ResourceAccount', '444455556666'],
  ])('cannot have another %s: nobody can', (key, value) => {
    expect(under('StringEquals', key, value).level).toBe('locked');
  });

  it.each([
    [
      'within a window',
      { DateGreaterThan: { 'aws:CurrentTime': '2028-01-01' }, DateLessThan: { 'aws:CurrentTime': '2028-01-02' } },
    ],
    ['at one instant', { DateEquals: { 'aws:CurrentTime': '2028-01-01T00:00:00Z' } }],
    ['before a date in the past', { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }],
    ['after a date', { NumericGreaterThan: { 'aws:EpochTime': '1900000000' } }],
    ['after a date in odd spelling', { DateGreaterThan: { 'AWS:currentTIME': '2030-01-01T00:00:00Z' } }],
  ])('a Deny %s can stop it', (_name, Condition) => {
    expect(analysisOf([delegation, { ...deny('kms:*'), Condition }]).manageability.level).toBe('conditional');
  });

  it.each([
    ['about another action', deny('kms:Decrypt', { DateGreaterThan: { 'aws:CurrentTime': '2028-01-01' } })],
    ['that no instant meets', deny('kms:*', { DateGreaterThan: { 'aws:CurrentTime': 'soon' } })],
    ['on the date of a token', deny('kms:*', { DateGreaterThan: { 'aws:TokenIssueTime': '2028-01-01' } })],
  ])('a Deny %s cannot', (_name, statement) => {
    expect(analysisOf([delegation, statement]).manageability.level).toBe('robust');
  });

  it('is the same when nothing is known of organization and Region', () => {
    const { level, witness } = analysisOf([delegation], zoneOf(OWN), null).manageability;
    expect(level).toBe('robust');
    expect(Object.keys(witness?.context ?? {}).filter((key) => /Org|Region/.test(key))).toEqual(['kms:MultiRegion']);
    expect(witness?.context).toMatchObject({
      'aws:CurrentTime': '2026-01-01T00:00:00.000Z',
      'aws:EpochTime': '1767225600',
    });
  });
});

describe('what the level depends on', () => {
  const dependsOn = (...statements: Parameters<typeof analysisOf>[0]) => analysisOf(statements).manageability.dependsOn;
  const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/admin': 'yes', 'aws:SourceVpce': 'vpce-1' } } };

  it.each([
    ['the keys of an Allow', [allow(root(), 'kms:*', tagged)], ['aws:PrincipalTag/admin', 'aws:SourceVpce']],
    [
      'each key once',
      [allow(root(), 'kms:*', tagged), deny('kms:Put*', tagged.Condition)],
      ['aws:PrincipalTag/admin', 'aws:SourceVpce'],
    ],
    ['nothing about another action', [delegation, deny('kms:Decrypt', tagged.Condition)], []],
    ['nothing about others', [delegation, { ...deny('kms:*', tagged.Condition), Principal: root('444455556666') }], []],
  ])('%s', (_name, statements, wanted) => {
    expect(dependsOn(...statements)).toEqual(wanted);
  });
});

describe('a search that does not finish', () => {
  it('leaves the level open', () => {
    const policy = policyOf(
      allow(role('Admin'), 'kms:*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    );
    const starved = analyze(policy, ownZone, { keyArn: KEY_ARN, steps: { total: 1, perSearch: 1 } });
    expect(starved.manageability).toMatchObject({ level: 'locked', undetermined: true, witness: null });
    expect(starved.complete).toBe(false);
    expect(analyze(policy, ownZone, { keyArn: KEY_ARN }).manageability).toMatchObject({
      level: 'named',
      undetermined: false,
    });
  });
});
