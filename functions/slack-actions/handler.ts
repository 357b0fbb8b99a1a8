import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { slackActionPorts } from '../../shared/adapters/slack-action-ports.ts';
import { slackActionsEnvSchema } from '../../shared/config/slack-env.ts';
import { type HttpAnswer, takeRequest } from '../../shared/slack-actions/take-request.ts';
import { functionLog } from '../function-log.ts';

const env = slackActionsEnvSchema.parse(process.env);
const { log, logger, metrics } = functionLog('slack-actions');
const ports = slackActionPorts(env, log);

/** Answers Slack within its three seconds: verifies a click and passes it on. The event is never logged: it is signed. */
export const handler = middy<unknown, HttpAnswer>()
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(logMetrics(metrics))
  .handler((event: unknown) => takeRequest(ports, event));
