import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { OrganizationConfig } from '../config/organization-config.ts';
import type { SlackAnswersEnv } from '../config/slack-env.ts';
import { progressThrough } from '../delivery/progress.ts';
import type { Log } from '../ports.ts';
import type { AnswerPorts } from '../slack-actions/answer-ports.ts';
import { dynamoAnswers, dynamoEntries } from './dynamo-answers.ts';
import { dynamoApprovals } from './dynamo-approvals.ts';
import { dynamoFindings } from './dynamo-findings.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import { keyPorts } from './key-ports.ts';
import { sqsOutbox } from './outbox.ts';
import { slackReplies } from './slack-replies.ts';
import { systemClock } from './system-clock.ts';

type Settings = { readonly log: Log; readonly organization: OrganizationConfig | null };

/** The ports of `slack-answers` on AWS, with the Lambda's own role. */
export const slackAnswerPorts = (env: SlackAnswersEnv, { log, organization }: Settings): AnswerPorts => {
  const table = { client: new DynamoDBClient({ maxAttempts: 5 }), tableName: env.TABLE_NAME };
  const ownRoles = env.GUARD_ROLE_ARNS.split(',');
  return {
    ...keyPorts({ ownRoles, organization, sessionName: 'slack-answers' }),
    ledger: dynamoLedger(table),
    approvals: dynamoApprovals(table),
    entries: dynamoEntries(table),
    findings: dynamoFindings(table),
    answers: dynamoAnswers(table),
    progress: progressThrough(sqsOutbox(new SQSClient({ maxAttempts: 5 }), env.OUTBOX_URL)),
    replies: slackReplies(log),
    clock: systemClock,
    log,
  };
};
