/** Key policies as they are found, as large as KMS takes them, and as an adversary would write them. */

const OWN = '111122223333';
const OWN_ORG = 'o-own0000001';
export const role = (name: string, account = OWN): string => `arn:aws:iam::${account}:role/${name}`;
export const root = (account = OWN): string => `arn:aws:iam::${account}:root`;

export type Json = Readonly<Record<string, unknown>>;

export const allow = (AWS: unknown, Action: unknown, more: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource: '*',
  ...more,
});
export const deny = (Action: unknown, Condition: Json): Json => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
  Condition,
});

export const policy = (...Statement: readonly Json[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

export const delegation = { Sid: 'Enable IAM policies', ...allow(root(), 'kms:*') };
const administrators = allow(role('KeyAdmin'), [
  'kms:Create*',
  'kms:Describe*',
  'kms:Enable*',
  'kms:List*',
  'kms:Put*',
  'kms:Update*',
  'kms:Revoke*',
  'kms:Disable*',
  'kms:Get*',
  'kms:Delete*',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
]);
const users = (...names: readonly string[]): Json =>
  allow(
    names.map((name) => role(name)),
    ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  );
const attachment = (...names: readonly string[]): Json =>
  allow(
    names.map((name) => role(name)),
    ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
    { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
  );
const partner = allow(root('444455556666'), ['kms:Decrypt', 'kms:DescribeKey'], {
  Sid: 'Partner',
  Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } },
});
const service = (name: string, Condition: Json): Json => ({
  Effect: 'Allow',
  Principal: { Service: name },
  Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
  Resource: '*',
  Condition,
});
const cloudtrail = service('cloudtrail.amazonaws.com', {
  StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:${OWN}:trail/main` },
  StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${OWN}:trail/*` },
});
const logs = service('logs.eu-west-1.amazonaws.com', {
  ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${OWN}:*` },
});
const viaService = allow(
  '*',
  ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
  { Condition: { StringEquals: { 'kms:CallerAccount': OWN, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } },
);
const perimeter = deny('kms:*', {
  StringNotEqualsIfExists: { 'aws:PrincipalOrgID': OWN_ORG },
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
});
const shortWindow = deny('kms:ScheduleKeyDeletion', {
  NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' },
});
const needsMfa = deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey'], {
  BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
});
const endpointOnly = deny('kms:Decrypt', {
  StringNotEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60001' },
  Bool: { 'aws:ViaAWSService': 'false' },
});
const organization = allow('*', ['kms:Decrypt', 'kms:DescribeKey'], {
  Condition: { StringEquals: { 'aws:PrincipalOrgID': OWN_ORG } },
});
const tagged = allow('*', 'kms:Decrypt', {
  Condition: { StringEquals: { 'aws:PrincipalTag/team': '${aws:ResourceTag/team}', 'aws:PrincipalOrgID': OWN_ORG } },
});

/** Five to eight statements each: what accounts are full of. */
export const typical: readonly string[] = [
  policy(delegation, administrators, users('App', 'Batch'), attachment('App', 'Batch'), cloudtrail),
  policy(delegation, administrators, users('App'), attachment('App'), partner, shortWindow),
  policy(delegation, viaService, cloudtrail, logs, needsMfa, shortWindow),
  policy(delegation, administrators, users('App', 'Etl', 'Bi'), attachment('App'), organization, perimeter),
  policy(delegation, organization, perimeter, endpointOnly, cloudtrail, logs, needsMfa),
  policy(delegation, administrators, users('App'), attachment('App'), partner, organization, perimeter, shortWindow),
  policy(delegation, administrators, tagged, perimeter, logs, users('Web')),
  policy(delegation, users('A', 'B', 'C', 'D'), attachment('A', 'B'), viaService, partner, needsMfa, cloudtrail),
];

const LIMIT = 32_700;

/** As many statements as fit into a key policy. */
export const filled = (statement: (i: number) => Json): string => {
  const statements: Json[] = [delegation];
  let size = policy(delegation).length;
  for (let i = 0; ; i += 1) {
    const next = statement(i);
    size += JSON.stringify(next).length + 1;
    if (size > LIMIT) return policy(...statements);
    statements.push(next);
  }
};

export const account = (i: number): string => String(200_000_000_000 + i * 7_919);

/** As large as KMS accepts: 32 KB each. */
export const large: readonly (readonly [string, string])[] = [
  ['named roles', filled((i) => ({ Sid: `Team${i}`, ...users(`Team${i}`, `Batch${i}`) }))],
  [
    'partner accounts',
    filled((i) =>
      allow(root(account(i)), ['kms:Decrypt', 'kms:DescribeKey'], {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-ext0000001' } },
      }),
    ),
  ],
  [
    'perimeter denies',
    filled((i) =>
      i % 4 === 0
        ? allow('*', 'kms:Decrypt', { Condition: { StringLike: { 'aws:PrincipalTag/team': `team-${i}*` } } })
        : deny('kms:*', {
            StringNotEquals: { [`aws:PrincipalTag/t${i % 9}`]: `v${i % 9}` },
            ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/Team${i}/*` },
          }),
    ),
  ],
  [
    'services',
    filled((i) =>
      service(`s${i % 20}.amazonaws.com`, {
        ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${OWN}:topic${i}-*` },
        StringEquals: { 'aws:SourceAccount': OWN },
      }),
    ),
  ],
];
