import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { GuardConfig } from '../config/config.ts';
import type { NotifierEnv } from '../config/notifier-env.ts';
import type { Received } from '../delivery/batch.ts';
import type { NotifierPorts } from '../delivery/ports.ts';
import type { Log } from '../ports.ts';
import { notifierSession } from '../responder.ts';
import { dynamoApprovals } from './dynamo-approvals.ts';
import { dynamoDeliveries } from './dynamo-deliveries.ts';
import { dynamoHeartbeats } from './dynamo-heartbeats.ts';
import { dynamoStorms } from './dynamo-storms.ts';
import { eventBus } from './event-bus.ts';
import { keyPorts } from './key-ports.ts';
import { sqsOutbox } from './outbox.ts';
import { outboxDeadLetters, postponeThrough } from './outbox-receipts.ts';
import { awsSchedules } from './schedules.ts';
import { secretsManager } from './secrets.ts';
import { slackWithSecret, webhookWithSecret } from './slack-access.ts';
import { systemClock } from './system-clock.ts';
import { snsTopics } from './topics.ts';

type Settings = { readonly config: GuardConfig; readonly log: Log };

export type NotifierAws = NotifierPorts & {
  readonly postpone: (received: Received, seconds: number) => Promise<void>;
};

/** The notifier's ports on AWS, with the Lambda's own role. */
export const notifierPorts = (env: NotifierEnv, { config, log }: Settings): NotifierAws => {
  const table = { client: new DynamoDBClient({ maxAttempts: 5 }), tableName: env.TABLE_NAME };
  const sqs = new SQSClient({ maxAttempts: 5 });
  const secrets = secretsManager(new SecretsManagerClient({ maxAttempts: 5 }), systemClock);
  const { slackTokenSecretArn: tokenSecretArn } = config.alerts;
  const schedules = {
    groupName: env.SCHEDULE_GROUP,
    outboxArn: env.OUTBOX_ARN,
    roleArn: env.SCHEDULE_ROLE_ARN,
  };
  const keys = keyPorts({
    ownRoles: [env.ROLE_ARN],
    organization: config.organization,
    sessionName: notifierSession,
  });
  return {
    outbox: sqsOutbox(sqs, env.OUTBOX_URL),
    heartbeats: dynamoHeartbeats(table),
    deliveries: dynamoDeliveries(table),
    storms: dynamoStorms(table),
    schedules: awsSchedules(new SchedulerClient({ maxAttempts: 5 }), schedules),
    topics: snsTopics(new SNSClient({ maxAttempts: 5 })),
    bus: eventBus(new EventBridgeClient({ maxAttempts: 5 }), env.EVENT_BUS_NAME),
    slack:
      tokenSecretArn === null
        ? null
        : slackWithSecret(secrets, systemClock, { tokenSecretArn, apiUrl: env.SLACK_API_URL ?? null }),
    webhook: webhookWithSecret(secrets, systemClock),
    reader: keys.reader,
    approvals: dynamoApprovals(table),
    dead: outboxDeadLetters(sqs, env.DEAD_LETTER_QUEUE_URL),
    postpone: postponeThrough(sqs, env.OUTBOX_URL),
    clock: systemClock,
    log,
  };
};
