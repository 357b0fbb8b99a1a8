import fc from 'fast-check';
import type { KeyRequest, RequestContext } from '../../shared/policy/request.ts';
import { withCallerKeys } from '../../shared/policy/request.ts';

/** Random key policies and principal-consistent requests from small pools, so that statements and requests meet often. */

export const OWN = '111122223333';
export const PARTNER = '333344445555';
export const FOREIGN = '444455556666';
export const OTHER = '999911112222';
export const OWN_ORG = 'o-own0000001';
export const FOREIGN_ORG = 'o-ext0000001';
export const KEY = `arn:aws:kms:eu-west-1:${OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const ACCOUNTS = [OWN, PARTNER, FOREIGN, OTHER];
const NAMES = ['Admin', 'app/Reader', 'Good'];

const principalText = fc.oneof(
  fc.constant('*'),
  fc.constantFrom(...ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`)),
  fc.constantFrom(OWN, FOREIGN),
  fc.tuple(fc.constantFrom(OWN, FOREIGN), fc.constantFrom(...NAMES)).map(([account, name]) => `arn:aws:iam::${account}:role/${name}`),
  fc.constantFrom(OWN, FOREIGN).map((account) => `arn:aws:iam::${account}:user/ann`),
  fc.constantFrom(OWN, FOREIGN).map((account) => `arn:aws:sts::${account}:assumed-role/Good/s1`),
);

const principal = fc.oneof(
  { weight: 3, arbitrary: fc.constant<unknown>('*') },
  { weight: 5, arbitrary: fc.array(principalText, { minLength: 1, maxLength: 3 }).map((AWS): unknown => ({ AWS })) },
  { weight: 2, arbitrary: principalText.map((AWS): unknown => ({ AWS })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('cloudtrail.amazonaws.com', 's3.amazonaws.com').map((Service): unknown => ({ Service })),
  },
);

const ACTIONS = ['kms:*', '*', 'kms:Decrypt', 'kms:De*', 'KMS:GenerateDataKey*', 'kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:?ncrypt', 'k*:Decrypt'];
const action = fc.oneof(fc.constantFrom(...ACTIONS), fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 2 }));

const values = (...pool: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom(...pool), fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 }));

const QUALIFIERS = ['', '', '', '', 'ForAnyValue:', 'ForAllValues:'];
const STRINGS = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'];
const ARNS = ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals', 'StringLike', 'StringNotLike'];
const NUMBERS = ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'];
const DATES = ['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals'];

type Test = { readonly operator: string; readonly key: string; readonly values: unknown };

const test = (operators: readonly string[], keys: readonly string[], pool: fc.Arbitrary<unknown>): fc.Arbitrary<Test> =>
  fc
    .tuple(fc.constantFrom(...QUALIFIERS), fc.constantFrom(...operators), fc.constantFrom('', '', '', 'IfExists'), fc.constantFrom(...keys), pool)
    .map(([qualifier, operator, ifExists, key, list]) => ({ operator: `${qualifier}${operator}${ifExists}`, key, values: list }));

const condition: fc.Arbitrary<Test> = fc.oneof(
  test(STRINGS, ['aws:PrincipalOrgID', 'AWS:principalorgid'], values(OWN_ORG, FOREIGN_ORG, 'o-*', '*', '${aws:ResourceOrgID}')),
  test(STRINGS, ['aws:PrincipalAccount', 'kms:CallerAccount'], values(OWN, FOREIGN, '4444*', '*', '${aws:ResourceAccount}', '?????????????')),
  test(STRINGS, ['aws:PrincipalOrgPaths'], values(`${OWN_ORG}/*`, '*/ou-ab12-11111111/*', `${FOREIGN_ORG}/r-ab12/*`)),
  test(ARNS, ['aws:PrincipalArn'], values(`arn:aws:iam::${OWN}:role/*`, `arn:aws:iam::${OWN}:*`, 'arn:aws:iam::*:role/Admin', '*', `arn:aws:iam::${FOREIGN}:role/Good`, 'arn:aws:iam::${aws:PrincipalAccount}:role/x*')),
  test(STRINGS, ['aws:PrincipalTag/team', 'aws:PrincipalTag/t'], values('crypto', 'a*b', 'a*', '*b', 'AB', '${aws:PrincipalTag/t}', "${aws:username, 'crypto'}", '${*}')),
  test(['IpAddress', 'NotIpAddress'], ['aws:SourceIp'], values('203.0.113.0/24', '0.0.0.0/1', '128.0.0.0/1', '2001:db8::/32')),
  test(STRINGS, ['aws:SourceVpce'], values('vpce-0a1b2c3d4e5f60001', 'vpce-*')),
  test(['Bool'], ['aws:MultiFactorAuthPresent', 'aws:PrincipalIsAWSService', 'kms:GrantIsForAWSResource', 'aws:ViaAWSService'], values('true', 'false')),
  test(STRINGS, ['kms:ViaService'], values('s3.eu-west-1.amazonaws.com', 's3.*')),
  test(STRINGS, ['kms:EncryptionContext:App', 'kms:RequestAlias'], values('billing', 'b*', 'alias/x')),
  test(STRINGS, ['kms:EncryptionContextKeys'], values('App', 'A*', 'Env')),
  test(NUMBERS, ['aws:MultiFactorAuthAge', 'aws:PrincipalTag/level'], values('5', '10', '7.5')),
  test(DATES, ['aws:CurrentTime'], values('2030-01-01T00:00:00Z', '2020-01-01', '1893456000')),
  test(ARNS, ['aws:SourceArn'], values(`arn:aws:cloudtrail:*:${OWN}:trail/*`, 'arn:aws:s3:::own-bucket', 'arn:aws:s3:::own-*', `arn:aws:sns:*:${FOREIGN}:*`)),
  test(STRINGS, ['aws:SourceAccount'], values(OWN, FOREIGN, '*')),
  test(STRINGS, ['aws:userid'], values('AROAOWNADMINEXAMPLE01:*', 'AROA*', 'AIDA*')),
  fc.tuple(fc.constantFrom('aws:PrincipalOrgID', 'aws:SourceVpce', 'kms:EncryptionContextKeys', 'aws:PrincipalTag/t', 'aws:PrincipalArn'), fc.constantFrom<unknown>('true', 'false', true)).map(([key, list]) => ({ operator: 'Null', key, values: list })),
);

const conditionBlock = fc.array(condition, { maxLength: 3 }).map((tests) => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const one of tests) (block[one.operator] ??= {})[one.key] = one.values;
  return block;
});

const statement = fc
  .record({
    effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    principal,
    not: fc.constantFrom(false, false, false, false, false, false, false, true),
    action,
    notAction: fc.constantFrom(false, false, false, false, false, true),
    resource: fc.constantFrom<unknown>('*', '*', '*', '*', KEY, `${KEY.slice(0, -3)}*`, 'arn:aws:kms:eu-west-1:111122223333:key/other'),
    conditions: conditionBlock,
  })
  .map((parts): Record<string, unknown> => ({
    Effect: parts.effect,
    [parts.not && parts.principal !== '*' ? 'NotPrincipal' : 'Principal']: parts.principal,
    [parts.notAction ? 'NotAction' : 'Action']: parts.action,
    Resource: parts.resource,
    ...(Object.keys(parts.conditions).length === 0 ? {} : { Condition: parts.conditions }),
  }));

export type PolicyDocument = { readonly Version: string; readonly Statement: readonly Record<string, unknown>[] };

export const policyDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
  Statement: fc.array(statement, { minLength: 1, maxLength: 5 }),
});

const optional = (name: string, arbitrary: fc.Arbitrary<string | readonly string[]>): fc.Arbitrary<RequestContext> =>
  fc.option(arbitrary, { nil: null }).map((value) => (value === null ? {} : { [name]: value }));

const merged = (parts: readonly fc.Arbitrary<RequestContext>[]): fc.Arbitrary<RequestContext> =>
  fc.tuple(...parts).map((contexts) => Object.assign({}, ...contexts) as RequestContext);

/** What the caller chooses, whoever it is. */
export const chosenContext = merged([
  optional('aws:PrincipalTag/team', fc.constantFrom('crypto', 'ab', 'aXb', 'zb', 'AB', '*')),
  optional('aws:PrincipalTag/t', fc.constantFrom('crypto', 'a', 'b')),
  optional('aws:PrincipalTag/level', fc.constantFrom('5', '7', '11', 'x')),
  optional('kms:EncryptionContext:App', fc.constantFrom('billing', 'other')),
  optional('kms:RequestAlias', fc.constantFrom('alias/x', 'alias/y')),
  optional('kms:EncryptionContextKeys', fc.constantFrom(['App'], ['App', 'Env'], ['Zed'], [])),
  optional('aws:MultiFactorAuthAge', fc.constantFrom('3', '7', '100')),
]);

const ACTION_NAMES = ['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyPair', 'kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:Sign'];

const caller = fc.tuple(fc.constantFrom(...ACCOUNTS), fc.constantFrom('role/Admin', 'role/app/Reader', 'role/Good', 'role/x1', 'user/ann', 'user/bob', 'root', 'assumed-role/Good/s1', 'assumed-role/Good/s2', 'assumed-role/Reader/s', 'federated-user/ann')).map(
  ([account, resource]) => `arn:aws:${/^(?:assumed|federated)/.test(resource) ? 'sts' : 'iam'}::${account}:${resource}`,
);

const anyContext = merged([
  chosenContext,
  optional('aws:PrincipalOrgID', fc.constantFrom(OWN_ORG, FOREIGN_ORG, 'o-zz00000000')),
  optional('aws:PrincipalOrgPaths', fc.constantFrom([`${OWN_ORG}/r-ab12/ou-ab12-11111111/`], [`${FOREIGN_ORG}/r-ab12/`], [`${OWN_ORG}/r-1/`, 'o-zz00000000/r-ab12/'])),
  optional('aws:SourceIp', fc.constantFrom('203.0.113.9', '8.8.8.8', '2001:db8::1', '198.18.0.1')),
  optional('aws:SourceVpce', fc.constantFrom('vpce-0a1b2c3d4e5f60001', 'vpce-0f')),
  optional('aws:MultiFactorAuthPresent', fc.constantFrom('true', 'false')),
  optional('aws:PrincipalIsAWSService', fc.constantFrom('true', 'false')),
  optional('aws:ViaAWSService', fc.constantFrom('true', 'false')),
  optional('kms:GrantIsForAWSResource', fc.constantFrom('true', 'False')),
  optional('kms:ViaService', fc.constantFrom('s3.eu-west-1.amazonaws.com', 'ec2.eu-west-1.amazonaws.com')),
  optional('aws:CurrentTime', fc.constantFrom('2026-06-01T00:00:00Z', '2031-01-01T00:00:00Z', '2020-01-01T00:00:00Z')),
  optional('aws:ResourceAccount', fc.constant(OWN)),
  optional('aws:ResourceOrgID', fc.constant(OWN_ORG)),
  optional('aws:userid', fc.constantFrom('AROAOWNADMINEXAMPLE01:s', 'AROAX:y', 'AIDAX')),
  optional('aws:username', fc.constantFrom('ann', 'crypto')),
]);

const serviceContext = merged([
  anyContext,
  optional('aws:SourceAccount', fc.constantFrom(OWN, FOREIGN, OTHER)),
  optional('aws:SourceArn', fc.constantFrom(`arn:aws:cloudtrail:eu-west-1:${OWN}:trail/t`, 'arn:aws:s3:::own-bucket', 'arn:aws:s3:::own-evil', `arn:aws:sns:eu-west-1:${FOREIGN}:t`)),
]);

/** Any request an engineer may ask about, with contexts that need not be what AWS would send. */
export const keyRequest: fc.Arbitrary<KeyRequest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(caller, fc.constantFrom(...ACTION_NAMES), anyContext).map(([principalArn, name, context]) =>
      withCallerKeys({ principal: principalArn, principalType: 'AWS', action: name, resource: KEY, context }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('cloudtrail.amazonaws.com', 's3.amazonaws.com', 'sns.amazonaws.com'), fc.constantFrom(...ACTION_NAMES), serviceContext).map(
      ([service, name, context]): KeyRequest => ({ principal: service, principalType: 'Service', action: name, resource: KEY, context }),
    ),
  },
);
