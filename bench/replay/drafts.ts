import { hex, number, type Random } from './random.ts';

/** What differs between the calls of two services, as CloudTrail records it. */
export type Draft = {
  readonly source: string;
  readonly name: string;
  readonly request: unknown;
  readonly response: unknown;
  readonly readOnly: boolean;
  readonly resources?: unknown;
  readonly additionalEventData?: unknown;
};

const account = '111122223333';
const region = 'eu-west-1';
export const roles = ['ci-deploy', 'orders-api', 'billing-worker', 'AWSReservedSSO_Admin_0123456789abcdef', 'eks-node'];

const s3 = (random: Random): Draft => {
  const bucket = `orders-archive-${number(random, 40)}`;
  const key = `year=2026/month=11/part-${hex(random, 12)}.parquet`;
  return {
    source: 's3.amazonaws.com',
    name: random() < 0.7 ? 'GetObject' : 'PutObject',
    readOnly: true,
    request: {
      bucketName: bucket,
      Host: `${bucket}.s3.${region}.amazonaws.com`,
      key,
      'x-amz-server-side-encryption': 'aws:kms',
    },
    response: {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': keyArn(random),
    },
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      bytesTransferredOut: number(random, 1e6),
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': hex(random, 76),
    },
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
  };
};

const ec2 = (random: Random): Draft => ({
  source: 'ec2.amazonaws.com',
  name: 'DescribeInstances',
  readOnly: true,
  request: {
    maxResults: 1000,
    instancesSet: { items: Array.from({ length: 3 }, () => ({ instanceId: `i-0${hex(random, 16)}` })) },
    filterSet: { items: [{ name: 'tag:team', valueSet: { items: [{ value: `team-${number(random, 30)}` }] } }] },
  },
  response: null,
});

const sts = (random: Random): Draft => {
  const role = `arn:aws:iam::${account}:role/${roles[number(random, roles.length)]}`;
  const id = `AROA${hex(random, 17).toUpperCase()}`;
  return {
    source: 'sts.amazonaws.com',
    name: 'AssumeRole',
    readOnly: true,
    request: { roleArn: role, roleSessionName: `session-${hex(random, 8)}`, durationSeconds: 3600 },
    response: {
      credentials: {
        accessKeyId: `ASIA${hex(random, 16).toUpperCase()}`,
        sessionToken: hex(random, 360),
        expiration: 'Nov 20, 2026, 10:58:11 AM',
      },
      assumedRoleUser: { assumedRoleId: `${id}:session`, arn: `${role}/session` },
    },
    resources: [{ accountId: account, type: 'AWS::IAM::Role', ARN: role }],
  };
};

const iam = (random: Random): Draft => ({
  source: 'iam.amazonaws.com',
  name: 'PutRolePolicy',
  readOnly: false,
  request: {
    roleName: `worker-${number(random, 500)}`,
    policyName: 'inline',
    policyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 'kms:Decrypt'],
          Resource: [`arn:aws:s3:::bucket-${hex(random, 8)}/*`, keyArn(random)],
        },
        {
          Effect: 'Allow',
          Action: 'logs:PutLogEvents',
          Resource: `arn:aws:logs:${region}:${account}:log-group:${hex(random, 8)}:*`,
        },
      ],
    }),
  },
  response: null,
});

const keyArn = (random: Random): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-1111-2222-3333-4444555566${10 + number(random, 90)}`;

const kmsNames = [
  'Decrypt',
  'GenerateDataKey',
  'Decrypt',
  'DescribeKey',
  'CreateGrant',
  'DisableKeyRotation',
  'ScheduleKeyDeletion',
];

const kms = (random: Random): Draft => {
  const key = keyArn(random);
  const name = kmsNames[number(random, kmsNames.length)] ?? 'Decrypt';
  return {
    source: 'kms.amazonaws.com',
    name,
    readOnly: name.startsWith('De') || name.startsWith('Ge'),
    request: {
      keyId: key,
      encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::orders-archive-1/${hex(random, 24)}` },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    response:
      name === 'ScheduleKeyDeletion' ? { keyId: key, keyState: 'PendingDeletion', pendingWindowInDays: 30 } : null,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key }],
  };
};

export const kmsDraft = kms;
export const otherDrafts = [s3, s3, s3, ec2, ec2, sts, sts, iam];
