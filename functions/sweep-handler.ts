import { readFileSync } from 'node:fs';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { configSchema, type GuardConfig } from '../shared/config/config.ts';
import { configFileName } from '../shared/config/guard-env.ts';
import type { Log } from '../shared/ports.ts';
import { functionLog } from './function-log.ts';

/** The configuration beside the bundle. */
export const bundledConfig = (): GuardConfig =>
  configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));

type Handle<Answer> = (event: unknown, context: Context, log: Log) => Promise<Answer>;

/** A step of the sweep's state machine. What it throws has a name that the state machine retries by. */
export const sweepHandler = <Answer>(name: string, handle: Handle<Answer>) => {
  const { log, logger, metrics } = functionLog(name);
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
