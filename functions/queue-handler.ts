import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../shared/ports.ts';
import { functionLog } from './function-log.ts';

/** An attempt's lease outlives its Lambda by this much. */
const leaseMarginInSeconds = 5;

type HandleBody = (body: string, leaseInSeconds: number) => Promise<unknown>;

/** A guard's Lambda behind its inbox: `compose` runs at cold start, what it gives back once a message. */
export const queueHandler = (guard: string, compose: (log: Log) => HandleBody) => {
  const { log, logger, metrics } = functionLog(guard);
  const handleBody = compose(log);
  const processor = new BatchProcessor(EventType.SQS);
  const handle = async (event: SQSEvent, context: Context) => {
    const leaseInSeconds = Math.ceil(context.getRemainingTimeInMillis() / 1000) + leaseMarginInSeconds;
    const record = async ({ body, messageId }: SQSRecord): Promise<void> => {
      try {
        await handleBody(body, leaseInSeconds);
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
