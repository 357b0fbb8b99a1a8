import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from '../../local/demo/alert-inbox.ts';
import { buildBundles, clientSettings, root } from '../../local/demo/guarded-aws.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { type FakeSlack, startFakeSlack } from '../../local/slack/fake-slack.ts';
import { dynamoDeliveries } from '../../shared/adapters/dynamo-deliveries.ts';
import { dynamoStorms } from '../../shared/adapters/dynamo-storms.ts';
import { deliveriesContract } from '../support/deliveries-contract.ts';

/** Alerts on their whole way: guard, outbox, notifier, and then Slack, SNS and the event bus, on the local AWS. */
let aws: LocalAws;
let kms: KMSClient;
let sqs: SQSClient;
let scheduler: SchedulerClient;
let slack: FakeSlack;
let inbox: AlertInbox;
let folder: string;
let outputs: Readonly<Record<string, string>>;
const channel = 'C0KEYS';
const token = 'xoxb-the-token';
const alerts: ReceivedAlert[] = [];

const until = async <T>(ask: () => Promise<T | undefined> | T | undefined, seconds = 60): Promise<T | undefined> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > deadline) return answer;
    await sleep(100);
  }
};

const makeKey = async (): Promise<string> => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
const about = (key: string) => slack.messages(channel).filter((message) => JSON.stringify(message).includes(key));
const posted = (key: string, count = 1) => until(() => (about(key).length >= count ? about(key) : undefined));
const mailed = (key: string) =>
  until(async () => {
    alerts.push(...(await inbox.receive(0)));
    return alerts.find(({ keyArn }) => keyArn === key);
  });

/** The account's own statement, and one that lets everybody in. */
const policy = (open: boolean): string => {
  const allow = { Effect: 'Allow', Resource: '*' };
  const own = { ...allow, Principal: { AWS: `arn:aws:iam::${aws.account}:root` }, Action: 'kms:*' };
  const everybody = { ...allow, Principal: '*', Action: 'kms:Decrypt' };
  return JSON.stringify({ Version: '2012-10-17', Statement: open ? [own, everybody] : [own] });
};

const deploy = async (): Promise<void> => {
  const secrets = new SecretsManagerClient(clientSettings(aws));
  const made = await secrets.send(new CreateSecretCommand({ Name: 'slack-token', SecretString: token }));
  const config = join(folder, 'guard.config.json');
  const routed = {
    channels: { ops: { slackChannel: channel } },
    routes: [{ to: ['ops', 'default'] }],
    slackTokenSecretArn: made.ARN,
    storm: { after: 1000 },
  };
  await writeFile(config, JSON.stringify({ alerts: routed }));
  const context = { config, fast: 'true', slackApiUrl: slack.apiUrl };
  await aws.deploy({ app: 'node infra/app.ts', cwd: root, stacks: ['KmsGuard'], context });
  const stacks = new CloudFormationClient(clientSettings(aws));
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: 'KmsGuard' }));
  const found = Stacks?.[0]?.Outputs ?? [];
  outputs = Object.fromEntries(found.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-delivery-'));
  slack = await startFakeSlack({ token, channels: [channel] });
  await buildBundles();
  aws = await startLocalAws();
  kms = new KMSClient(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
  scheduler = new SchedulerClient(clientSettings(aws));
  await deploy();
  inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
});

afterAll(async () => {
  await aws?.stop();
  await slack?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('an alert', () => {
  it('comes to Slack and to the topic, each once', async () => {
    const key = await makeKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    expect(await posted(key)).toHaveLength(1);
    expect((await mailed(key))?.text).toContain('in enforce mode the guard would run cancelKeyDeletion');
    await sleep(2_000);
    expect(about(key)).toHaveLength(1);
    expect(slack.calls.filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  it('is resolved in place, when somebody puts things right', async () => {
    const key = await makeKey();
    const put = (open: boolean) => kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: policy(open) }));
    await put(true);
    const [message] = (await posted(key)) ?? [];
    expect(message).toBeDefined();
    await put(false);
    const resolved = await until(() => {
      const now = about(key).find(({ ts }) => ts === message?.ts);
      return now !== undefined && JSON.stringify(now).includes('Resolved') ? now : undefined;
    });
    expect(JSON.stringify(resolved?.blocks)).toContain('called PutKeyPolicy');
  });

  it('waits for Slack, while the topic has it, and comes in order when Slack is back', async () => {
    const key = await makeKey();
    slack.setDown(true);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    expect(await mailed(key)).toBeDefined();
    await kms.send(new CancelKeyDeletionCommand({ KeyId: key }));
    expect(about(key)).toEqual([]);
    slack.setDown(false);
    const [first] = (await posted(key)) ?? [];
    expect(JSON.stringify(first?.blocks)).toContain('ScheduleKeyDeletion');
  });

  it('is an event on the guard\u2019s own bus', async () => {
    const { QueueUrl: queue } = await sqs.send(new CreateQueueCommand({ QueueName: 'findings' }));
    const asked = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] });
    const queueArn = (await sqs.send(asked)).Attributes?.['QueueArn'] ?? '';
    const events = new EventBridgeClient(clientSettings(aws));
    const bus = { EventBusName: outputs['EventBusName'] };
    const pattern = JSON.stringify({ source: ['kms-guard'], 'detail-type': ['kms-guard.finding'] });
    await events.send(new PutRuleCommand({ ...bus, Name: 'findings', EventPattern: pattern }));
    await events.send(new PutTargetsCommand({ ...bus, Rule: 'findings', Targets: [{ Id: 'queue', Arn: queueArn }] }));
    const key = await makeKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    const body = await until(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 1 }));
      return Messages.map(({ Body = '' }) => Body).find((text) => text.includes(key));
    });
    expect(JSON.parse(body ?? '{}')).toMatchObject({
      'detail-type': 'kms-guard.finding',
      detail: { schema: 'kms-guard.finding/1', keyArn: key },
    });
  });
});

describe('a reminder', () => {
  it('is scheduled for each point, comes in the key\u2019s thread, and not when the deletion is off', async () => {
    const key = await makeKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    await posted(key);
    const reminders = await until(async () => {
      const found = await remindersOf(key);
      return found.length === 3 ? found : undefined;
    });
    expect(reminders).toHaveLength(3);
    await put(reminders?.[0]);
    const [first, reply] = (await posted(key, 2)) ?? [];
    expect(reply?.thread_ts).toBe(first?.ts);
    await kms.send(new CancelKeyDeletionCommand({ KeyId: key }));
    await put(reminders?.[1]);
    const resolved = await until(() => about(key).find(({ ts, edits }) => ts === first?.ts && edits > 1));
    expect(JSON.stringify(resolved?.blocks)).toContain('Resolved');
  });

  type Due = { readonly input: string; readonly group: string };

  /** What Scheduler would put into the outbox, in the order of their times. */
  const remindersOf = async (key: string): Promise<readonly Due[]> => {
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'KmsGuard-reminders' }));
    const all = await Promise.all(
      Schedules.map(({ Name, GroupName }) => scheduler.send(new GetScheduleCommand({ Name, GroupName }))),
    );
    return all
      .filter(({ Target }) => Target?.Input?.includes(key) === true)
      .toSorted((a, b) => (a.ScheduleExpression ?? '').localeCompare(b.ScheduleExpression ?? ''))
      .map(({ Target }) => ({ input: Target?.Input ?? '', group: Target?.SqsParameters?.MessageGroupId ?? '' }));
  };

  const put = async (due: Due | undefined): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: outputs['OutboxUrl'],
        MessageBody: due?.input ?? '',
        MessageGroupId: due?.group,
      }),
    );
  };
});

describe('what the notifier remembers, on DynamoDB', () => {
  deliveriesContract(async () => {
    const client = new DynamoDBClient(clientSettings(aws));
    const tableName = `deliveries-${randomUUID()}`;
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [attribute('pk'), attribute('sk')],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    return { deliveries: dynamoDeliveries({ client, tableName }), storms: dynamoStorms({ client, tableName }) };
  });
});
