import fc from 'fast-check';

const OWN = '111122223333';
const FOREIGN = '444455556666';
const OWN_ORG = 'o-own0000001';
const FOREIGN_ORG = 'o-ext0000001';

const values = (...pool: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom(...pool), fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 }));

const QUALIFIERS = ['', '', '', '', 'ForAnyValue:', 'ForAllValues:'];
const STRINGS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];
const ARNS = ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals', 'StringLike', 'StringNotLike'];
const NUMBERS = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
];
const DATES = [
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
];

type Test = { readonly operator: string; readonly key: string; readonly values: unknown };

const test = (operators: readonly string[], keys: readonly string[], pool: fc.Arbitrary<unknown>): fc.Arbitrary<Test> =>
  fc
    .tuple(
      fc.constantFrom(...QUALIFIERS),
      fc.constantFrom(...operators),
      fc.constantFrom('', '', '', 'IfExists'),
      fc.constantFrom(...keys),
      pool,
    )
    .map(([qualifier, operator, ifExists, key, list]) => ({
      operator: `${qualifier}${operator}${ifExists}`,
      key,
      values: list,
    }));

/** One condition entry of every operator and of most keys. */
export const condition: fc.Arbitrary<Test> = fc.oneof(
  test(
    STRINGS,
    ['aws:PrincipalOrgID', 'AWS:principalorgid'],
    values(OWN_ORG, FOREIGN_ORG, 'o-*', '*', '${aws:ResourceOrgID}'),
  ),
  test(
    STRINGS,
    ['aws:PrincipalAccount', 'kms:CallerAccount'],
    values(OWN, FOREIGN, '4444*', '*', '${aws:ResourceAccount}', '?????????????'),
  ),
  test(STRINGS, ['aws:PrincipalOrgPaths'], values(`${OWN_ORG}/*`, '*/ou-ab12-11111111/*', `${FOREIGN_ORG}/r-ab12/*`)),
  test(
    ARNS,
    ['aws:PrincipalArn'],
    values(
      `arn:aws:iam::${OWN}:role/*`,
      `arn:aws:iam::${OWN}:*`,
      'arn:aws:iam::*:role/Admin',
      '*',
      `arn:aws:iam::${FOREIGN}:role/Good`,
      'arn:aws:iam::${aws:PrincipalAccount}:role/x*',
    ),
  ),
  test(
    STRINGS,
    ['aws:PrincipalTag/team', 'aws:PrincipalTag/t'],
    values('crypto', 'a*b', 'a*', '*b', 'AB', '${aws:PrincipalTag/t}', "${aws:username, 'crypto'}", '${*}'),
  ),
  test(
    ['IpAddress', 'NotIpAddress'],
    ['aws:SourceIp'],
    values('203.0.113.0/24', '0.0.0.0/1', '128.0.0.0/1', '2001:db8::/32'),
  ),
  test(STRINGS, ['aws:SourceVpce'], values('vpce-0a1b2c3d4e5f60001', 'vpce-*')),
  test(
    ['Bool'],
    ['aws:MultiFactorAuthPresent', 'aws:PrincipalIsAWSService', 'kms:GrantIsForAWSResource', 'aws:ViaAWSService'],
    values('true', 'false'),
  ),
  test(STRINGS, ['kms:ViaService'], values('s3.eu-west-1.amazonaws.com', 's3.*')),
  test(STRINGS, ['kms:EncryptionContext:App', 'kms:RequestAlias'], values('billing', 'b*', 'alias/x')),
  test(['BinaryEquals'], ['kms:RecipientAttestation:ImageSha384'], values('QUJD', 'REVG')),
  test(STRINGS, ['kms:EncryptionContextKeys'], values('App', 'A*', 'Env')),
  test(NUMBERS, ['aws:MultiFactorAuthAge', 'aws:PrincipalTag/level'], values('5', '10', '7.5')),
  test(DATES, ['aws:CurrentTime'], values('2030-01-01T00:00:00Z', '2020-01-01', '1893456000')),
  test(
    ARNS,
    ['aws:SourceArn'],
    values(
      `arn:aws:cloudtrail:*:${OWN}:trail/*`,
      'arn:aws:s3:::own-bucket',
      'arn:aws:s3:::own-*',
      `arn:aws:sns:*:${FOREIGN}:*`,
    ),
  ),
  test(STRINGS, ['aws:SourceAccount'], values(OWN, FOREIGN, '*')),
  test(STRINGS, ['example:ticket'], values('T-1', 'T-*')),
  test(
    STRINGS,
    ['aws:PrincipalServiceName', 'aws:PrincipalServiceNamesList'],
    values('cloudtrail.*', 's?.amazonaws.com', 'sns.amazonaws.com', '*.amazonaws.com'),
  ),
  test([...NUMBERS, ...DATES], ['aws:EpochTime'], values('1893456000', '2025', '0', '99999999999999999999999')),
  test(STRINGS, ['aws:userid'], values('AROAOWNADMINEXAMPLE01:*', 'AROA*', 'AIDA*')),
  fc
    .tuple(
      fc.constantFrom(
        'aws:PrincipalOrgID',
        'aws:SourceVpce',
        'kms:EncryptionContextKeys',
        'aws:PrincipalTag/t',
        'aws:PrincipalArn',
      ),
      fc.constantFrom<unknown>('true', 'false', true),
    )
    .map(([key, list]) => ({ operator: 'Null', key, values: list })),
);
