import { afterAll, describe, expect, test } from 'vitest';
import { notifierEnvSchema } from '../../shared/config/notifier-env.ts';
import { guardTemplates, ofType, only, plain, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const template = synthesize();
const token = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-token-a1b2c3';
const hook = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-hook-a1b2c3';
const owners = 'arn:aws:sns:eu-west-1:444455556666:key-owners';
const full = synthesize({
  config: {
    alerts: {
      channels: {
        ops: { slackChannel: 'C012AB3CD' },
        hook: { webhookSecretArn: hook },
        owners: { topicArn: owners },
        q: { amazonQ: true },
      },
      routes: [{ when: { tags: { team: 'orders' } }, to: ['owners'] }],
      quiet: { below: 'medium', digestHour: 7, timeZone: 'Europe/Madrid' },
      slackTokenSecretArn: token,
    },
  },
});

const permissions = (of: typeof template): readonly string[] =>
  statementsOf(only(of, 'AWS::IAM::Policy', 'NotifierPermissionsRole').Properties['PolicyDocument']).map(
    ({ sid, actions, resources }) => `${sid}: ${actions.join(' ')} on ${resources.join(' ')}`,
  );

const always = [
  'ReadLedger: dynamodb:GetItem on ${LedgerTable9343E4AA.Arn}',
  'WriteLedger: dynamodb:PutItem dynamodb:UpdateItem on ${LedgerTable9343E4AA.Arn}',
  'ListLedger: dynamodb:Query on ${LedgerTable9343E4AA.Arn}',
  'PutAlerts: sqs:SendMessage on ${OutboxQueueC2D1E7A1.Arn}',
  'ReceiveAlerts: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on ${OutboxQueueC2D1E7A1.Arn}',
  'SetAsideRefused: sqs:SendMessage on ${OutboxDeadLetters97B842CA.Arn}',
];
const keys = 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*';

describe('the role of the notifier', () => {
  test('reads keys, and holds nothing of Slack where the configuration has none', () => {
    expect(permissions(template)).toEqual([
      `ReadKeys: kms:DescribeKey on ${keys}`,
      ...always,
      'SendAlerts: sns:Publish on ${AlertsTopicCF7C81C9}',
      'PutFindings: events:PutEvents on ${NotifierBusA843D691.Arn}',
      'ScheduleReminders: scheduler:CreateSchedule on arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/KmsGuard-reminders/*',
      'PassReminderRole: iam:PassRole on ${NotifierRemindersRole7E06232B.Arn}',
      expect.stringMatching(/^WriteLogs: logs:CreateLogStream logs:PutLogEvents on \$\{NotifierLogs\w+\.Arn\}$/),
    ]);
  });

  test('may do more only where a channel or a route asks for it', () => {
    const more = permissions(full).filter((line) => !permissions(template).includes(line));
    expect(more).toEqual([
      `ReadKeys: kms:DescribeKey kms:ListResourceTags on ${keys}`,
      `PublishToChannels: sns:Publish on ${owners}`,
      `ReadSecrets: secretsmanager:GetSecretValue on ${hook} ${token}`,
      'SendToAmazonQ: sns:Publish on ${NotifierAmazonQTopic16A990ED}',
    ]);
  });

  test('has each statement under a name of its own, as IAM asks', () => {
    const sids = permissions(full).map((line) => line.split(':')[0]);
    expect(new Set(sids).size).toBe(sids.length);
  });

  test('writes to no key', () => {
    const actions = [
      ...permissions(full)
        .join(' ')
        .matchAll(/kms:[A-Z]\w+/g),
    ].map(([action]) => action);
    expect(actions).toEqual(['kms:DescribeKey', 'kms:ListResourceTags']);
  });
});

describe('the Lambda of the notifier', () => {
  const lambda = only(template, 'AWS::Lambda::Function', 'Notifier').Properties;

  test('gets exactly the environment that its handler parses', () => {
    const variables = plain(lambda['Environment']);
    expect(variables).toHaveProperty(
      'Variables',
      expect.toSatisfy(
        (names: object) =>
          Object.keys(names).toSorted().join() ===
          Object.keys(notifierEnvSchema.shape)
            .filter((name) => name !== 'SLACK_API_URL')
            .toSorted()
            .join(),
      ),
    );
  });

  test('takes batches of the outbox and reports single failures', () => {
    expect(plain(only(template, 'AWS::Lambda::EventSourceMapping', 'Notifier').Properties)).toMatchObject({
      BatchSize: 10,
      EventSourceArn: '${OutboxQueueC2D1E7A1.Arn}',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

test('the outbox is FIFO, and so are its dead letters', () => {
  const [deadLetters, queue] = ofType(template, 'AWS::SQS::Queue').filter(({ id }) => id.startsWith('Outbox'));
  expect(plain(queue?.Properties)).toMatchObject({
    FifoQueue: true,
    ContentBasedDeduplication: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    RedrivePolicy: { deadLetterTargetArn: '${OutboxDeadLetters97B842CA.Arn}', maxReceiveCount: 100 },
  });
  expect(deadLetters?.Properties).toMatchObject({ FifoQueue: true, MessageRetentionPeriod: 14 * 86_400 });
});

test('only the schedules of the own group get into the outbox', () => {
  const role = only(template, 'AWS::IAM::Role', 'NotifierRemindersRole').Properties;
  expect(plain(role['AssumeRolePolicyDocument'])).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': '${AWS::AccountId}',
            'aws:SourceArn': '${NotifierRemindersGroup6012AD64.Arn}',
          },
        },
      },
    ],
  });
});

test('the daily digest is scheduled where something may wait, and nowhere else', () => {
  const digests = (of: typeof template) =>
    ofType(of, 'AWS::Scheduler::Schedule').filter(({ id }) => id.startsWith('Notifier'));
  expect(digests(template)).toEqual([]);
  expect(digests(full).map(({ Properties }) => plain(Properties))).toMatchObject([
    { ScheduleExpression: 'cron(0 7 * * ? *)', ScheduleExpressionTimezone: 'Europe/Madrid' },
  ]);
});

test('alarms go straight to the topic: the notifier may be what is broken', () => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('Notifier'));
  expect(alarms.map(({ Properties }) => Properties['MetricName'])).toEqual(['ApproximateAgeOfOldestMessage']);
  for (const { Properties } of alarms) {
    expect(Properties).toMatchObject({
      AlarmActions: [{ Ref: 'AlertsTopicCF7C81C9' }],
      TreatMissingData: 'notBreaching',
    });
  }
});
