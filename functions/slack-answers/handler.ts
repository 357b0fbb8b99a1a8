import { readFileSync } from 'node:fs';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { slackAnswerPorts } from '../../shared/adapters/slack-answer-ports.ts';
import { configSchema } from '../../shared/config/config.ts';
import { configFileName } from '../../shared/config/guard-env.ts';
import { slackAnswersEnvSchema } from '../../shared/config/slack-env.ts';
import { handleAnswer } from '../../shared/slack-actions/handle-answer.ts';
import { slackHooks } from '../../shared/slack-actions/response-url.ts';
import { readAnswer } from '../../shared/slack-actions/slack-answer.ts';
import { functionLog } from '../function-log.ts';

const env = slackAnswersEnvSchema.parse(process.env);
const config = configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));
const { log, logger, metrics } = functionLog('slack-answers');
const parts = {
  config,
  ownRoles: env.GUARD_ROLE_ARNS.split(','),
  hooksOrigin: env.SLACK_HOOKS_ORIGIN ?? slackHooks,
  ports: slackAnswerPorts(env, { log, organization: config.organization }),
};
const processor = new BatchProcessor(EventType.SQS);

/** What cannot be read, or done after five attempts, ends in the dead-letter queue, which has an alarm. */
const record = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
  try {
    const answer = readAnswer(body);
    if (answer === null) throw new Error('the message is no answer');
    await handleAnswer(parts, answer, Number(attributes.ApproximateReceiveCount));
  } catch (error) {
    log.error(`message ${messageId} goes back to its queue`, error);
    throw error;
  }
};

const handle = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, record, processor, { context, throwOnFullBatchFailure: false });

/** Does what somebody asked for by a button in Slack. */
export const handler = middy<SQSEvent, Awaited<ReturnType<typeof handle>>>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(handle);
