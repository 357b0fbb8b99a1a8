import { readFileSync } from 'node:fs';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { notifierPorts } from '../../shared/adapters/notifier-ports.ts';
import { configSchema } from '../../shared/config/config.ts';
import { configFileName } from '../../shared/config/guard-env.ts';
import { notifierEnvSchema } from '../../shared/config/notifier-env.ts';
import { handleBatch, type Received } from '../../shared/delivery/batch.ts';
import { handleMessage } from '../../shared/delivery/handle-message.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { functionLog } from '../function-log.ts';

/** An attempt's lease outlives its Lambda by this much. */
const leaseMarginInSeconds = 5;

const env = notifierEnvSchema.parse(process.env);
const config = configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));
const { log, logger, metrics } = functionLog('notifier');
const ports = notifierPorts(env, { config, log });
const settings = {
  config: config.alerts,
  topics: {
    defaultTopicArn: env.TOPIC_ARN,
    amazonQTopicArn: env.AMAZON_Q_TOPIC_ARN === '' ? null : env.AMAZON_Q_TOPIC_ARN,
  },
  buttons: config.slack !== null,
  ruleById,
  ports,
};

const receivedOf = ({ messageId, body, receiptHandle, attributes }: SQSRecord): Received => ({
  messageId,
  body,
  receiptHandle,
  group: attributes.MessageGroupId ?? messageId,
  receiveCount: Number(attributes.ApproximateReceiveCount),
});

const handle = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const leaseInSeconds = Math.ceil(context.getRemainingTimeInMillis() / 1000) + leaseMarginInSeconds;
  const notifier = { ...settings, leaseInSeconds };
  const failed = await handleBatch(
    { handle: (body, group) => handleMessage(notifier, body, group), postpone: ports.postpone, log },
    event.Records.map(receivedOf),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Takes alerts out of the outbox to everybody who is to get them: topics, Slack, the event bus. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(handle);
