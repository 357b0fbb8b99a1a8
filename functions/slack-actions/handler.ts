import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { slackActionPorts } from '../../shared/adapters/slack-action-ports.ts';
import { slackActionsEnvSchema } from '../../shared/config/slack-env.ts';
import type { Log } from '../../shared/ports.ts';
import { type HttpAnswer, takeRequest } from '../../shared/slack-actions/take-request.ts';

const env = slackActionsEnvSchema.parse(process.env);
const logger = new Logger({ serviceName: 'slack-actions' });
const metrics = new Metrics({ namespace: 'KmsGuard', serviceName: 'slack-actions' });
const log: Log = {
  info: (message, data) => logger.info(message, { ...data }),
  error: (message, error) => logger.error(message, error instanceof Error ? error : String(error)),
  metric: (name, value, unit) => metrics.addMetric(name, unit, value),
};
const ports = slackActionPorts(env, log);

/** Answers Slack within its three seconds: verifies a click and passes it on. The event is never logged: it is signed. */
export const handler = middy<unknown, HttpAnswer>()
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(logMetrics(metrics))
  .handler((event: unknown) => takeRequest(ports, event));
