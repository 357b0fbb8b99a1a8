import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  EnableKeyRotationCommand,
  KMSClient,
  ListKeysCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { startLocalAws } from '../../local/local-aws.ts';
import type { LocalAws } from '../../local/local-aws.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const QUEUE = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/local-aws-records`;
const ROLE = 'arn:aws:iam::111122223333:role/local-aws-canceller';
const SDK = join(createRequire(import.meta.url).resolve('@aws-sdk/client-kms'), '..', '..');

const CODE = `const { KMSClient, CancelKeyDeletionCommand, EnableKeyCommand } = require(process.env.SDK);
exports.handler = async ({ keyId, enable }) => {
  const kms = new KMSClient();
  await kms.send(new CancelKeyDeletionCommand({ KeyId: keyId }));
  if (enable) await kms.send(new EnableKeyCommand({ KeyId: keyId }));
  return process.version;
};`;

const TEMPLATE = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'local-aws-records' } },
    Access: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
            },
          ],
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.kms'], 'detail-type': ['AWS API Call via CloudTrail'] },
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'local-aws-canceller',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
            { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'kms',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'kms:CancelKeyDeletion', Resource: '*' }],
            },
          },
        ],
      },
    },
    Canceller: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'canceller',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { SDK } },
        Code: { ZipFile: CODE },
      },
    },
  },
};

const eventSchema = z.object({
  account: z.string(),
  region: z.string(),
  source: z.string(),
  detail: z.looseObject({
    eventName: z.string(),
    errorCode: z.optional(z.string()),
    userIdentity: z.looseObject({ arn: z.string() }),
    requestParameters: z.nullable(z.looseObject({ keyId: z.optional(z.string()) })),
  }),
});
type BusEvent = z.infer<typeof eventSchema>;

let aws: LocalAws;
let kms: KMSClient;
let seen: BusEvent[] = [];

function client() {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
  return { endpoint: aws.endpoint, region: REGION, credentials };
}

/** Reads the queue until an event fits: the only way to learn what reached the bus. */
async function eventThat(fits: (event: BusEvent) => boolean): Promise<BusEvent> {
  const sqs = new SQSClient(client());
  for (let reads = 0; reads < 40; reads += 1) {
    const found = seen.find(fits);
    if (found !== undefined) return found;
    const got = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: QUEUE, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    );
    for (const { Body, ReceiptHandle } of got.Messages ?? []) {
      seen.push(eventSchema.parse(JSON.parse(Body ?? '')));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: QUEUE, ReceiptHandle }));
    }
  }
  throw new Error(`no such event; seen: ${JSON.stringify(seen.map((event) => event.detail.eventName))}`);
}

async function newKey(options: { readonly MultiRegion?: boolean } = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(options));
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' };
}

async function stateOf(KeyId: string, of = kms): Promise<string | undefined> {
  return (await of.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
}

async function invoke(payload: object): Promise<string> {
  const request = { FunctionName: 'canceller', Payload: Buffer.from(JSON.stringify(payload)) };
  const { Payload } = await new LambdaClient(client()).send(new InvokeCommand(request));
  return Buffer.from(Payload ?? []).toString();
}

beforeAll(async () => {
  aws = await startLocalAws({ account: ACCOUNT, region: REGION });
  kms = new KMSClient(client());
  const cloudFormation = new CloudFormationClient(client());
  const stack = { StackName: 'local-aws-test', TemplateBody: JSON.stringify(TEMPLATE) };
  await cloudFormation.send(new CreateStackCommand({ ...stack, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1 }, stack);
  seen = [];
});

afterAll(() => aws?.stop());

describe('records on the bus', () => {
  test('a scheduled deletion, as its caller made it', async () => {
    const key = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }));
    const event = await eventThat(
      ({ detail }) => detail.eventName === 'ScheduleKeyDeletion' && detail.requestParameters?.keyId === key.id,
    );
    expect(event).toMatchObject({ account: ACCOUNT, region: REGION, source: 'aws.kms' });
    expect(event.detail).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::111122223333:assumed-role/PlatformAdmin/dana@example.com',
      },
      requestParameters: { keyId: key.id, pendingWindowInDays: 7 },
      responseElements: { keyId: key.arn, keyState: 'PendingDeletion', pendingWindowInDays: 7 },
      resources: [{ ARN: key.arn, accountId: ACCOUNT, type: 'AWS::KMS::Key' }],
    });
  });

  test('a refused call carries its error and no response', async () => {
    const key = await newKey();
    await expect(kms.send(new CancelKeyDeletionCommand({ KeyId: key.id }))).rejects.toThrow('is not pending deletion');
    const event = await eventThat(({ detail }) => detail.errorCode === 'KMSInvalidStateException');
    expect(event.detail).toMatchObject({ eventName: 'CancelKeyDeletion', responseElements: null });
  });

  test('CloudTrail finds it again', async () => {
    const key = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    const attribute = { AttributeKey: 'ResourceName', AttributeValue: key.arn } as const;
    const lookup = new LookupEventsCommand({ LookupAttributes: [attribute] });
    const { Events } = await new CloudTrailClient(client()).send(lookup);
    expect(Events?.map(({ EventName }) => EventName)).toEqual(['ScheduleKeyDeletion', 'CreateKey']);
    expect(JSON.parse(Events?.[0]?.CloudTrailEvent ?? '')).toMatchObject({ requestParameters: { keyId: key.id } });
  });

  test('reads leave no record', async () => {
    const key = await newKey();
    await kms.send(new DescribeKeyCommand({ KeyId: key.id }));
    const records = await aws.bridge.records();
    expect(records.map(({ record }) => record['eventName'])).toContain('CreateKey');
    expect(records.map(({ record }) => record['eventName'])).not.toContain('DescribeKey');
  });

  test('a replica is also a new key in its own Region', async () => {
    const key = await newKey({ MultiRegion: true });
    await kms.send(new ReplicateKeyCommand({ KeyId: key.id, ReplicaRegion: 'us-east-2' }));
    const records = await aws.bridge.records();
    expect(records.slice(-2)).toMatchObject([
      { region: REGION, record: { eventName: 'ReplicateKey', awsRegion: REGION } },
      { region: 'us-east-2', record: { eventName: 'CreateKey', awsRegion: 'us-east-2' } },
    ]);
  });
});

describe('who did it', () => {
  test('a Lambda is its execution role, on the Node of the runtime', async () => {
    const key = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    expect(await invoke({ keyId: key.arn })).toContain('v24.');
    const event = await eventThat(
      ({ detail }) => detail.eventName === 'CancelKeyDeletion' && detail.requestParameters?.keyId === key.arn,
    );
    expect(event.detail.userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/local-aws-canceller/canceller',
      sessionContext: { sessionIssuer: { arn: ROLE, userName: 'local-aws-canceller' } },
    });
  });

  test('what its role does not permit is denied, and recorded as an attempt', async () => {
    const key = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    expect(await invoke({ keyId: key.arn, enable: true })).toContain('not authorized to perform: kms:EnableKey');
    const event = await eventThat(({ detail }) => detail.errorCode === 'AccessDenied');
    expect(event.detail).toMatchObject({ eventName: 'EnableKey', responseElements: null });
    expect(await stateOf(key.id)).toBe('Disabled');
  });

  test('temporary credentials are their role and session', async () => {
    const key = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    const request = { RoleArn: ROLE, RoleSessionName: 'robin@example.com' };
    const { Credentials } = await new STSClient(client()).send(new AssumeRoleCommand(request));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    await new KMSClient({ ...client(), credentials }).send(new CancelKeyDeletionCommand({ KeyId: key.id }));
    const event = await eventThat(({ detail }) => detail.userIdentity.arn.endsWith('robin@example.com'));
    expect(event.detail.userIdentity.arn).toBe(
      'arn:aws:sts::111122223333:assumed-role/local-aws-canceller/robin@example.com',
    );
  });
});

describe('last use', () => {
  test('never used since it was created', async () => {
    const usage = await kms.send(new GetKeyLastUsageCommand({ KeyId: (await newKey()).id }));
    expect(usage.KeyLastUsage).toEqual({});
    expect(usage.TrackingStartDate).toEqual(usage.KeyCreationDate);
  });

  test('used', async () => {
    const key = await newKey();
    await kms.send(new EncryptCommand({ KeyId: key.id, Plaintext: Buffer.from('data') }));
    const usage = await kms.send(new GetKeyLastUsageCommand({ KeyId: key.arn }));
    expect(usage).toMatchObject({ KeyLastUsage: { Operation: 'Encrypt', Timestamp: expect.any(Date) } });
  });

  test('unknown: created before tracking began', async () => {
    const key = await newKey();
    await aws.bridge.setUsage({ account: ACCOUNT, region: REGION, keyId: key.id, createdAt: '2020-01-02T00:00:00Z' });
    const usage = await kms.send(new GetKeyLastUsageCommand({ KeyId: key.id }));
    expect(usage.KeyLastUsage).toEqual({});
    expect(usage.KeyCreationDate).toEqual(new Date('2020-01-02T00:00:00Z'));
    expect(usage.TrackingStartDate).toEqual(new Date('2026-04-23T00:00:00Z'));
  });

  test('backdated use', async () => {
    const key = await newKey();
    const lastUse = { operation: 'Decrypt', at: '2026-05-01T10:00:00Z' };
    await aws.bridge.setUsage({ account: ACCOUNT, region: REGION, keyId: key.id, lastUse });
    const usage = await kms.send(new GetKeyLastUsageCommand({ KeyId: key.id }));
    expect(usage.KeyLastUsage).toMatchObject({ Operation: 'Decrypt', Timestamp: new Date(lastUse.at) });
  });

  test('of a key that is not there', async () => {
    const missing = new GetKeyLastUsageCommand({ KeyId: '0a1b2c3d-1111-2222-3333-444455556666' });
    await expect(kms.send(missing)).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('key states, as the KMS Developer Guide has them', () => {
  test('a cancelled deletion leaves the key disabled, and nothing but a cancel helps a pending key', async () => {
    const key = await newKey();
    await kms.send(new EnableKeyRotationCommand({ KeyId: key.id, RotationPeriodInDays: 180 }));
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }));
    expect(scheduled).toMatchObject({ PendingWindowInDays: 30, DeletionDate: expect.any(Date) });
    await expect(kms.send(new EnableKeyCommand({ KeyId: key.id }))).rejects.toThrow('is pending deletion');
    const pending = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key.id }));
    expect(pending.KeyRotationEnabled).toBe(false);
    await kms.send(new CancelKeyDeletionCommand({ KeyId: key.id }));
    expect(await stateOf(key.id)).toBe('Disabled');
    await kms.send(new EnableKeyCommand({ KeyId: key.id }));
    expect(await stateOf(key.id)).toBe('Enabled');
    const restored = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key.id }));
    expect(restored).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 180 });
  });

  test('a primary waits for its replicas, without a date', async () => {
    const key = await newKey({ MultiRegion: true });
    await kms.send(new ReplicateKeyCommand({ KeyId: key.id, ReplicaRegion: 'us-east-2' }));
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 8 }));
    expect(scheduled).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 8 });
    expect(scheduled.DeletionDate).toBeUndefined();
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key.id }));
    expect(KeyMetadata).toMatchObject({ PendingDeletionWindowInDays: 8, AWSAccountId: ACCOUNT });
    expect(KeyMetadata?.MultiRegionConfiguration?.ReplicaKeys).toHaveLength(1);
  });

  test('keys come in pages', async () => {
    await newKey();
    await newKey();
    const first = await kms.send(new ListKeysCommand({ Limit: 1 }));
    expect(first).toMatchObject({ Truncated: true, NextMarker: expect.any(String) });
    const second = await kms.send(new ListKeysCommand({ Limit: 1, Marker: first.NextMarker }));
    expect(second.Keys?.[0]?.KeyId).not.toBe(first.Keys?.[0]?.KeyId);
  });
});

describe('control', () => {
  test('a fault is given as often as asked, then the call goes through', async () => {
    const key = await newKey();
    await aws.bridge.addFault({ operation: 'DescribeKey', code: 'AccessDeniedException', count: 1 });
    await expect(stateOf(key.id)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await stateOf(key.id)).toBe('Enabled');
  });

  test('an event of any shape reaches the bus', async () => {
    const detail = {
      eventName: 'Injected',
      userIdentity: { arn: 'arn:aws:iam::111122223333:root' },
      requestParameters: null,
    };
    await aws.bridge.putEvent({ account: ACCOUNT, region: REGION, detail });
    const event = await eventThat((candidate) => candidate.detail.eventName === 'Injected');
    expect(event.detail).toEqual(detail);
  });

  test('the emulator doors are closed to callers, and so is the control path to web pages', async () => {
    const door = await fetch(`${aws.endpoint}/_guard/events`, { method: 'POST', body: '{}' });
    expect(door.status).toBe(403);
    const page = await fetch(`${aws.endpoint}/_bridge/faults`, { method: 'POST', body: '{"operation":"Encrypt"}' });
    expect(page.status).toBe(403);
  });
});

test('after stop no process, port or file is left', async () => {
  const other = await startLocalAws({ account: '444455556666', region: 'us-east-1' });
  const { endpoint, emulatorPid, logFolder } = other;
  expect(existsSync(logFolder)).toBe(true);
  await other.stop();
  await pause(100);
  expect(() => process.kill(-emulatorPid, 0)).toThrow('ESRCH');
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  expect(existsSync(logFolder)).toBe(false);
});
