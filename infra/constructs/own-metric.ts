import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricSource } from '../../shared/metrics.ts';

/** A metric that a function of the guard writes into its log, see `Log.metric`. */
export const ownMetric = (metricName: MetricName, options: MetricOptions): Metric =>
  new Metric({
    namespace: metricSource.namespace,
    metricName,
    dimensionsMap: { service: metricSource.service },
    ...options,
  });
