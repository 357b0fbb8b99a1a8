/** The text of a key policy with everything right: the account, its administrators and one program, each for its part. */

export const account = '111122223333';

type Statement = Readonly<Record<string, unknown>>;

export const policyText = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const accountStatement: Statement = {
  Sid: 'Enable IAM policies',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
};
export const adminStatement: Statement = {
  Sid: 'Allow administration',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:role/KeyAdmin` },
  Action: ['kms:Put*', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion', 'kms:Describe*', 'kms:Get*'],
  Resource: '*',
};
export const useStatement: Statement = {
  Sid: 'Allow use',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:role/app` },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  Resource: '*',
};

export const perfectPolicy = policyText([accountStatement, adminStatement, useStatement]);
