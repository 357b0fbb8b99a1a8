import { readFileSync } from 'node:fs';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { awsPorts } from '../shared/adapters/aws-ports.ts';
import { configSchema } from '../shared/config/config.ts';
import { configFileName, guardEnvSchema, ownRolesOf } from '../shared/config/guard-env.ts';
import { handleBody } from '../shared/pipeline.ts';
import type { Log } from '../shared/ports.ts';
import { withResponders } from '../shared/responder.ts';
import type { PolicyParts } from '../shared/policy-parts.ts';
import type { GuardName, Rule } from '../shared/rules/define-rule.ts';

/** An attempt's lease outlives its Lambda by this much. */
const leaseMarginInSeconds = 5;

/** What differs from guard to guard. */
export type GuardParts = {
  readonly guard: GuardName;
  readonly rules: readonly Rule[];
  readonly policyParts: PolicyParts | null;
};

/** Composes a guard at cold start: environment and configuration are parsed once, ports made once. */
export const guardHandler = ({ guard, rules, policyParts }: GuardParts) => {
  const env = guardEnvSchema.parse(process.env);
  const config = configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));
  const logger = new Logger({ serviceName: guard });
  const metrics = new Metrics({ namespace: 'KmsGuard', serviceName: guard });
  const log: Log = {
    info: (message, data) => logger.info(message, { ...data }),
    error: (message, error) => logger.error(message, error instanceof Error ? error : String(error)),
    metric: (name, value, unit) => metrics.addMetric(name, unit, value),
  };
  const settings = {
    guard,
    rules,
    policyParts,
    config,
    ownRoles: withResponders(ownRolesOf(env), config.organization),
    ports: awsPorts(env, { log, guard, organization: config.organization }),
  };
  const processor = new BatchProcessor(EventType.SQS);
  const handle = async (event: SQSEvent, context: Context) => {
    const leaseInSeconds = Math.ceil(context.getRemainingTimeInMillis() / 1000) + leaseMarginInSeconds;
    const record = async ({ body, messageId }: SQSRecord): Promise<void> => {
      try {
        await handleBody({ ...settings, leaseInSeconds }, body);
      } catch (error) {
        log.error(`message ${messageId} goes back to its queue`, error);
        throw error;
      }
    };
    return processPartialResponse(event, record, processor, { context, throwOnFullBatchFailure: false });
  };
  return middy<SQSEvent, Awaited<ReturnType<typeof handle>>>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(handle);
};
