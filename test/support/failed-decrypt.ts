import { account, keyArn, region } from './perfect-key.ts';

type Some = {
  readonly eventName?: string;
  readonly eventTime?: string;
  readonly errorCode?: string | null;
  readonly errorMessage?: string | null;
  readonly resources?: readonly unknown[] | null;
  readonly invokedBy?: string;
  readonly dryRun?: boolean;
};

/** The record of a Decrypt by an application that failed because the key is pending deletion, changed as a test needs. */
export const failedDecrypt = (some: Some = {}) => {
  const { eventName = 'Decrypt', eventTime = '2026-11-22T08:14:07Z', invokedBy, dryRun } = some;
  const { errorCode = 'KMSInvalidStateException', errorMessage = `${keyArn} is pending deletion.` } = some;
  const { resources = [{ accountId: account, type: 'AWS::KMS::Key', ARN: keyArn }] } = some;
  const failure = errorCode === null ? {} : { errorCode, ...(errorMessage === null ? {} : { errorMessage }) };
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEROLEID002:i-0abcd1234ef567890',
      arn: `arn:aws:sts::${account}:assumed-role/app/i-0abcd1234ef567890`,
      accountId: account,
      accessKeyId: 'ASIAEXAMPLEKEYID0002',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID002',
          arn: `arn:aws:iam::${account}:role/app`,
          accountId: account,
          userName: 'app',
        },
        attributes: { creationDate: '2026-11-22T06:02:11Z', mfaAuthenticated: 'false' },
      },
      ...(invokedBy === undefined ? {} : { invokedBy }),
    },
    eventTime,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: invokedBy ?? '198.51.100.41',
    userAgent: invokedBy ?? 'aws-sdk-js/3.1162.0',
    ...failure,
    requestParameters: {
      encryptionContext: { tenant: 'a' },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      ...(dryRun === undefined ? {} : { dryRun }),
    },
    responseElements: null,
    requestID: '5b0f6a1e-0000-4000-8000-00000000a071',
    eventID: 'c2a7e9d4-0000-4000-8000-00000000b071',
    readOnly: true,
    resources,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
};
