import fc from 'fast-check';
import { type KeyRequest, type RequestContext, withCallerKeys } from '../../shared/policy/request.ts';
import { ACCOUNTS, FOREIGN, FOREIGN_ORG, KEY, OTHER, OWN, OWN_ORG } from './policy-arbitraries.ts';

/** Requests about the random policies: any at all, as an engineer may ask. */

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
  optional('kms:RecipientAttestation:ImageSha384', fc.constantFrom('QUJD', 'other')),
  optional('aws:MultiFactorAuthAge', fc.constantFrom('3', '7', '100')),
  optional('example:ticket', fc.constantFrom('T-1', 'other')),
]);

const ACTION_NAMES = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyPair',
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:Sign',
];

const caller = fc
  .tuple(
    fc.constantFrom(...ACCOUNTS),
    fc.constantFrom(
      'role/Admin',
      'role/app/Reader',
      'role/Good',
      'role/x1',
      'user/ann',
      'user/bob',
      'root',
      'assumed-role/Good/s1',
      'assumed-role/Good/s2',
      'assumed-role/Reader/s',
      'federated-user/ann',
    ),
  )
  .map(
    ([account, resource]) =>
      `arn:aws:${/^(?:assumed|federated)/.test(resource) ? 'sts' : 'iam'}::${account}:${resource}`,
  );

const anyContext = merged([
  chosenContext,
  optional('aws:PrincipalOrgID', fc.constantFrom(OWN_ORG, FOREIGN_ORG, 'o-zz00000000')),
  optional(
    'aws:PrincipalOrgPaths',
    fc.constantFrom(
      [`${OWN_ORG}/r-ab12/ou-ab12-11111111/`],
      [`${FOREIGN_ORG}/r-ab12/`],
      [`${OWN_ORG}/r-1/`, 'o-zz00000000/r-ab12/'],
    ),
  ),
  optional('aws:SourceIp', fc.constantFrom('203.0.113.9', '8.8.8.8', '2001:db8::1', '198.18.0.1')),
  optional('aws:SourceVpce', fc.constantFrom('vpce-0a1b2c3d4e5f60001', 'vpce-0f')),
  optional('aws:MultiFactorAuthPresent', fc.constantFrom('true', 'false')),
  optional('aws:PrincipalIsAWSService', fc.constantFrom('true', 'false')),
  optional('aws:ViaAWSService', fc.constantFrom('true', 'false')),
  optional('kms:GrantIsForAWSResource', fc.constantFrom('true', 'False')),
  optional('kms:ViaService', fc.constantFrom('s3.eu-west-1.amazonaws.com', 'ec2.eu-west-1.amazonaws.com')),
  optional('aws:CurrentTime', fc.constantFrom('2026-06-01T00:00:00Z', '2031-01-01T00:00:00Z', '2020-01-01T00:00:00Z')),
  optional('aws:EpochTime', fc.constantFrom('1767225600', '1893456001')),
  optional('aws:PrincipalServiceName', fc.constantFrom('s3.amazonaws.com', 'any.example.com')),
  optional('aws:ResourceAccount', fc.constant(OWN)),
  optional('aws:ResourceOrgID', fc.constant(OWN_ORG)),
  optional('aws:userid', fc.constantFrom('AROAOWNADMINEXAMPLE01:s', 'AROAX:y', 'AIDAX')),
  optional('aws:username', fc.constantFrom('ann', 'crypto')),
]);

const serviceContext = merged([
  anyContext,
  optional('aws:SourceAccount', fc.constantFrom(OWN, FOREIGN, OTHER)),
  optional(
    'aws:SourceArn',
    fc.constantFrom(
      `arn:aws:cloudtrail:eu-west-1:${OWN}:trail/t`,
      'arn:aws:s3:::own-bucket',
      'arn:aws:s3:::own-evil',
      `arn:aws:sns:eu-west-1:${FOREIGN}:t`,
    ),
  ),
]);

/** Any request an engineer may ask about, with contexts that need not be what AWS would send. */
export const keyRequest: fc.Arbitrary<KeyRequest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(caller, fc.constantFrom(...ACTION_NAMES), anyContext)
      .map(([principalArn, name, context]) =>
        withCallerKeys({ principal: principalArn, principalType: 'AWS', action: name, resource: KEY, context }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('cloudtrail.amazonaws.com', 's3.amazonaws.com', 'sns.amazonaws.com'),
        fc.constantFrom(...ACTION_NAMES),
        serviceContext,
      )
      .map(
        ([service, name, context]): KeyRequest => ({
          principal: service,
          principalType: 'Service',
          action: name,
          resource: KEY,
          context,
        }),
      ),
  },
);
