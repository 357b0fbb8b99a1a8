import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type GuardEnv, ownRolesOf } from '../config/guard-env.ts';
import type { OrganizationConfig } from '../config/organization-config.ts';
import type { GuardPorts, Log } from '../ports.ts';
import { dynamoApprovals } from './dynamo-approvals.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import { dynamoWaivers } from './dynamo-waivers.ts';
import { outboxAlerter, outboxPulse } from '../delivery/outbox-alerter.ts';
import { progressThrough } from '../delivery/progress.ts';
import { keyPorts } from './key-ports.ts';
import { sqsOutbox } from './outbox.ts';
import { sqsDeadLetters } from './sqs-dead-letters.ts';
import { systemClock } from './system-clock.ts';

type AwsSettings = {
  readonly guard: string;
  readonly log: Log;
  readonly organization: OrganizationConfig | null;
};

/** The guard's ports on AWS, with the Lambda's own role. Region and credentials are the SDK's to find. */
export const awsPorts = (env: GuardEnv, { guard, log, organization }: AwsSettings): GuardPorts => {
  const sqs = new SQSClient({ maxAttempts: 5 });
  const outbox = sqsOutbox(sqs, env.OUTBOX_URL);
  const table = { client: new DynamoDBClient({ maxAttempts: 5 }), tableName: env.TABLE_NAME };
  return {
    ...keyPorts({ ownRoles: ownRolesOf(env), organization, sessionName: guard }),
    ledger: dynamoLedger(table),
    approvals: dynamoApprovals(table),
    waivers: dynamoWaivers(table),
    alerter: outboxAlerter(outbox, guard, systemClock),
    progress: progressThrough(outbox),
    pulse: outboxPulse(outbox, guard),
    deadLetters: sqsDeadLetters(sqs, env.DEAD_LETTER_QUEUE_URL),
    clock: systemClock,
    log,
  };
};
