import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Beating, MetricName } from '../../shared/metrics.ts';
import { logWidgets } from './log-widgets.ts';
import { ownMetric } from './own-metric.ts';

/** Those that heartbeats go through. */
export type GuardDashboardProps = { readonly guards: readonly Beating[] };

const period = Duration.minutes(5);
const perRow = 3;
const size = { width: 24 / perRow, height: 6 };

const own = (metricName: MetricName, statistic: string, label: string): Metric =>
  ownMetric(metricName, { period, statistic, label });

/**
 * How the guard does, on one page: figures from metrics, details by guard from the log. At most 50 metrics: the first three
 * dashboards of an account are free as long as none has more (CloudWatch pricing). Made after everything that it shows.
 */
export class GuardDashboard extends Construct {
  readonly #scope: Construct;

  constructor(scope: Construct, id: string, { guards }: GuardDashboardProps) {
    super(scope, id);
    this.#scope = scope;
    const widgets: IWidget[] = [
      this.#graph('Events received', this.#received()),
      this.#graph('Decisions and remedies', [
        own('eventToDecision', 'SampleCount', 'decisions'),
        own('eventToRemedy', 'SampleCount', 'remedies done'),
        own('remedyFailed', 'Sum', 'remedies failed'),
      ]),
      this.#graph('Deliveries of alerts', [own('delivered', 'Sum', 'delivered')]),
      this.#latency('From the call to the decision', 'eventToDecision'),
      this.#latency('From the call to the remedy', 'eventToRemedy'),
      this.#graph('Oldest message waiting, seconds', this.#ages()),
      this.#graph('Dead letters', this.#deadLetters()),
      this.#graph(
        'Heartbeats that came through',
        guards.map((guard) => own(`heartbeat.${guard}`, 'Sum', guard)),
      ),
      ...this.#sweep(),
      ...logWidgets(scope, size),
    ];
    const rows = Array.from({ length: Math.ceil(widgets.length / perRow) }, (_, row) =>
      widgets.slice(row * perRow, (row + 1) * perRow),
    );
    new Dashboard(this, 'Dashboard', { widgets: rows, defaultInterval: Duration.days(1) });
  }

  #graph(title: string, left: readonly IMetric[]): GraphWidget {
    return new GraphWidget({ title, left: [...left], leftYAxis: { min: 0 }, ...size });
  }

  #latency(title: string, metric: MetricName): GraphWidget {
    const left = ['p50', 'p95'].map((statistic) => own(metric, statistic, statistic));
    return new GraphWidget({ title, left, leftYAxis: { min: 0, label: 'ms' }, ...size });
  }

  #queues(kind: RegExp): readonly { readonly queue: IQueue; readonly label: string }[] {
    return this.#scope.node
      .findAll()
      .filter((construct) => construct instanceof Queue)
      .map((queue) => ({ queue, label: queue.node.path.slice(this.#scope.node.path.length + 1) }))
      .filter(({ label }) => kind.test(label));
  }

  #received(): readonly IMetric[] {
    return this.#queues(/Route\/Inbox$/).map(({ queue, label }) =>
      queue.metricNumberOfMessagesReceived({ period, statistic: 'Sum', label }),
    );
  }

  #ages(): readonly IMetric[] {
    return this.#queues(/Route\/Inbox$|^Outbox\/Queue$/).map(({ queue, label }) =>
      queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label }),
    );
  }

  #deadLetters(): readonly IMetric[] {
    return this.#queues(/DeadLetters$/).map(({ queue, label }) =>
      queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label }),
    );
  }

  #sweep(): readonly IWidget[] {
    const machine = this.#scope.node.findAll().find((construct) => construct instanceof CfnStateMachine);
    if (machine === undefined) return [];
    const executions = (metricName: string): Metric => {
      const dimensionsMap = { StateMachineArn: machine.attrArn };
      return new Metric({ namespace: 'AWS/States', metricName, dimensionsMap, period, statistic: 'Sum' });
    };
    return [
      this.#graph('Sweeps', ['ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map(executions)),
      this.#graph('Regions that sweeps read in full, percent', [own('sweepCoverage', 'Minimum', 'coverage')]),
    ];
  }
}
