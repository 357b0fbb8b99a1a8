import { LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

type Shown = {
  readonly title: string;
  /** The construct above the log group of the function that writes it. */
  readonly writers: RegExp;
  readonly query: readonly string[];
};

/** By guard, destination or state: as metrics, each of these would cost what a whole name does. */
const shown: readonly Shown[] = [
  {
    title: 'Decisions by guard',
    writers: /Guard$/,
    query: ['filter message = "handled"', 'stats count(*) as calls by service, coalesce(decision.action, severity)'],
  },
  {
    title: 'Remedies by guard',
    writers: /Guard$/,
    query: [
      'filter message = "handled" and ispresent(outcomes.0.remedy)',
      'stats count(*) as times by service, outcomes.0.remedy, outcomes.0.outcome, outcomes.1.remedy, outcomes.1.outcome',
    ],
  },
  {
    title: 'Deliveries by destination',
    writers: /^Notifier$/,
    query: ['filter message = "delivery"', 'stats count(*) as times by to, result'],
  },
  {
    title: 'Heartbeats under way, milliseconds',
    writers: /^Notifier$/,
    query: ['filter message = "heartbeat"', 'stats pct(latency, 95) as p95, count(*) as beats by guard'],
  },
  {
    title: 'Regions that sweeps read',
    writers: /^Sweep\/Close$/,
    query: [
      'filter message = "closed" and step = "region"',
      'stats count(*) as regions, sum(keys) as allKeys by state',
    ],
  },
];

/** Tables from the logs of the functions that are there. */
export const logWidgets = (
  scope: Construct,
  size: { readonly width: number; readonly height: number },
): readonly LogQueryWidget[] => {
  const groups = scope.node.findAll().filter((construct) => construct instanceof LogGroup);
  return shown.flatMap(({ title, writers, query }) => {
    const logGroupNames = groups
      .filter(
        ({ node }) => node.id === 'Logs' && writers.test(node.path.slice(scope.node.path.length + 1, -'/Logs'.length)),
      )
      .map(({ logGroupName }) => logGroupName);
    if (logGroupNames.length === 0) return [];
    const view = LogQueryVisualizationType.TABLE;
    return [new LogQueryWidget({ title, logGroupNames, view, queryLines: [...query], ...size })];
  });
};
