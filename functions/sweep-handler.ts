import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { configSchema, type GuardConfig } from '../shared/config/config.ts';
import { configFileName } from '../shared/config/guard-env.ts';
import type { Log } from '../shared/ports.ts';

/** The configuration beside the bundle. */
export const bundledConfig = (): GuardConfig =>
  configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));

type Handle<Answer> = (event: unknown, context: Context, log: Log) => Promise<Answer>;

/** A step of the sweep's state machine. What it throws has a name that the state machine retries by. */
export const sweepHandler = <Answer>(name: string, handle: Handle<Answer>) => {
  const logger = new Logger({ serviceName: name });
  const metrics = new Metrics({ namespace: 'KmsGuard', serviceName: name });
  const log: Log = {
    info: (message, data) => logger.info(message, { ...data }),
    error: (message, error) => logger.error(message, error instanceof Error ? error : String(error)),
    metric: (metric, value, unit) => metrics.addMetric(metric, unit, value),
  };
  return middy<unknown, Answer>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown, context: Context) => {
      try {
        return await handle(event, context, log);
      } catch (error) {
        log.error(`${name} failed`, error);
        throw error;
      }
    });
};
