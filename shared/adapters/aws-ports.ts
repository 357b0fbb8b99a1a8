import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type GuardEnv, ownRolesOf } from '../config/guard-env.ts';
import type { GuardPorts, Log } from '../ports.ts';
import type { Rule } from '../rules/define-rule.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import { eventHistory } from './event-history.ts';
import { kmsReader } from './kms-reader.ts';
import { kmsWriter } from './kms-writer.ts';
import { snsAlerter } from './sns-alerter.ts';
import { sqsDeadLetters } from './sqs-dead-letters.ts';
import { systemClock } from './system-clock.ts';

/** The guard's ports on AWS, with the Lambda's own role. Region and credentials are the SDK's to find. */
export const awsPorts = (
  env: GuardEnv,
  { log, rules }: { readonly log: Log; readonly rules: readonly Rule[] },
): GuardPorts => {
  const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);
  const kms = regional((region) => new KMSClient({ region, ...patient }));
  const cloudTrail = regional((region) => new CloudTrailClient({ region, maxAttempts: 3 }));
  return {
    reader: kmsReader(kms),
    writer: kmsWriter(kms),
    history: eventHistory(cloudTrail, ownRolesOf(env)),
    ledger: dynamoLedger({ client: new DynamoDBClient({ maxAttempts: 5 }), tableName: env.TABLE_NAME }),
    alerter: snsAlerter(new SNSClient({ maxAttempts: 5 }), env.TOPIC_ARN, ruleById),
    deadLetters: sqsDeadLetters(new SQSClient({ maxAttempts: 5 }), env.DEAD_LETTER_QUEUE_URL),
    clock: systemClock,
    log,
  };
};

/** KMS allows five cancellations a second: a storm must wait its turn, within the Lambda's time. CloudTrail is asked only briefly. */
const patient = { maxAttempts: 8, retryMode: 'adaptive' } as const;

/** One client a Region: a multi-Region key's primary may live elsewhere. */
const regional = <Client>(make: (region: string) => Client): ((region: string) => Client) => {
  const clients = new Map<string, Client>();
  return (region) => {
    const client = clients.get(region) ?? make(region);
    clients.set(region, client);
    return client;
  };
};
