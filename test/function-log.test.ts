import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { functionLog } from '../functions/function-log.ts';
import { heartbeatMetric, metricSource, metricUnits } from '../shared/metrics.ts';

const emf = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

/** What CloudWatch reads of what a function writes. */
const published = (name: string): z.infer<typeof emf> => {
  const { log, metrics } = functionLog(name);
  log.metric('eventToDecision', 1_200);
  log.metric('delivered', 1);
  return emf.parse(metrics.serializeMetrics());
};

test('metrics of two functions are the same ones: no dimension tells them apart', () => {
  const [one, other] = [published('deletion-guard'), published('notifier')];
  expect(one._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: metricSource.namespace,
      Dimensions: [['service']],
      Metrics: [
        { Name: 'eventToDecision', Unit: 'Milliseconds' },
        { Name: 'delivered', Unit: 'Count' },
      ],
    },
  ]);
  expect(other._aws.CloudWatchMetrics).toEqual(one._aws.CloudWatchMetrics);
  expect([one['service'], other['service']]).toEqual([metricSource.service, metricSource.service]);
});

test('the log has the name of the function, for Logs Insights', () => {
  expect(published('deletion-guard')).toMatchObject({ function: 'deletion-guard', eventToDecision: 1_200 });
});

test.each([
  ['deletion-guard', true],
  ['self-guard', true],
  ['another-guard', false],
  ['toString', false],
  ['', false],
])('a heartbeat of %j has a metric: %s', (guard, has) => {
  const metric = heartbeatMetric(guard);
  expect(metric !== null && Object.hasOwn(metricUnits, metric)).toBe(has);
});
