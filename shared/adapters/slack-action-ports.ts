import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SlackActionsEnv } from '../config/slack-env.ts';
import type { Log } from '../ports.ts';
import { cachedSigningSecret } from '../slack-actions/signing-secret.ts';
import type { ActionPorts } from '../slack-actions/take-request.ts';
import { dynamoSlackRequests } from './dynamo-slack-requests.ts';
import { readSecret } from './secrets.ts';
import { sqsAnswers } from './sqs-answers.ts';
import { systemClock } from './system-clock.ts';

/** Slack waits three seconds for an answer: nothing is retried for long. */
const brief = { maxAttempts: 2 } as const;

/** The ports of `slack-actions` on AWS, with the Lambda's own role. */
export const slackActionPorts = (env: SlackActionsEnv, log: Log): ActionPorts => {
  const secrets = new SecretsManagerClient(brief);
  const table = { client: new DynamoDBClient(brief), tableName: env.TABLE_NAME };
  return {
    secret: cachedSigningSecret(() => readSecret(secrets, env.SIGNING_SECRET_ARN), systemClock),
    taken: dynamoSlackRequests(table),
    answers: sqsAnswers(new SQSClient(brief), env.ANSWERS_URL),
    clock: systemClock,
    log,
  };
};
