import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { metricSource, metricUnits } from '../shared/metrics.ts';
import type { Log } from '../shared/ports.ts';

/** A function's log, and its metrics: in the log each has the function's name, for CloudWatch it has none, see `shared/metrics.ts`. */
export const functionLog = (
  name: string,
): { readonly log: Log; readonly logger: Logger; readonly metrics: Metrics } => {
  const logger = new Logger({ serviceName: name });
  const metrics = new Metrics({ namespace: metricSource.namespace, serviceName: metricSource.service });
  const log: Log = {
    info: (message, data) => logger.info(message, { ...data }),
    error: (message, error) => logger.error(message, error instanceof Error ? error : String(error)),
    metric: (metric, value) => {
      metrics.addMetadata('function', name);
      metrics.addMetric(metric, metricUnits[metric], value);
    },
  };
  return { log, logger, metrics };
};
