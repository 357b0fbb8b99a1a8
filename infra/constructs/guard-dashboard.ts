import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { RemedyName } from '../../shared/remedies/remedy-names.ts';

export type GuardDashboardProps = {
  /** The guards of the rules that are switched on, each with what it may remedy. */
  readonly guards: readonly { readonly guard: string; readonly remedies: readonly RemedyName[] }[];
  readonly selfGuard: string;
};

const period = Duration.minutes(5);
const perRow = 3;
const size = { width: 24 / perRow, height: 6 };

/** A metric that a function of the guard writes into its log, see `Log.metric`. */
const own = (service: string, metricName: string, statistic = 'Sum'): Metric =>
  new Metric({
    namespace: 'KmsGuard',
    metricName,
    dimensionsMap: { service },
    period,
    statistic,
    label: `${service} ${metricName}`,
  });

/** A rescue that failed is what people look for first. */
const remediesBy = ({ guard, remedies }: GuardDashboardProps['guards'][number]): readonly Metric[] =>
  remedies.flatMap((remedy) => {
    const outcomes = remedy === 'cancelKeyDeletion' ? ['done', 'failed'] : ['done'];
    return outcomes.map((outcome) => own(guard, `remedy.${remedy}.${outcome}`));
  });

/**
 * How the guard does, on one page. At most 50 metrics: the first three dashboards of an account are free as long as none has
 * more (CloudWatch pricing). Made after everything that it shows.
 */
export class GuardDashboard extends Construct {
  readonly #scope: Construct;

  constructor(scope: Construct, id: string, { guards: judging, selfGuard }: GuardDashboardProps) {
    super(scope, id);
    this.#scope = scope;
    const guards = judging.map(({ guard }) => guard);
    const all = [...guards, selfGuard];
    const graphs: IWidget[] = [
      this.#graph('Events received', this.#received()),
      this.#graph('Decisions', [
        ...guards.flatMap((guard) => [own(guard, 'decision.alert'), own(guard, 'decision.remedy')]),
        own(selfGuard, 'defence.critical'),
      ]),
      this.#graph('Remedies', judging.flatMap(remediesBy)),
      this.#latency(
        'From the call to the decision',
        guards.map((guard) => own(guard, 'eventToDecision', 'p95')),
      ),
      this.#latency(
        'From the call to the remedy',
        guards.map((guard) => own(guard, 'eventToRemedy', 'p95')),
      ),
      this.#latency('Heartbeats under way', [own('notifier', 'heartbeatLatency', 'p95')]),
      this.#graph(
        'Deliveries of alerts',
        ['done', 'retried', 'refused'].map((what) => own('notifier', `delivery.${what}`)),
      ),
      this.#graph('Oldest message waiting, seconds', this.#ages()),
      this.#graph('Dead letters', this.#deadLetters()),
      this.#graph(
        'Heartbeats that came through',
        all.map((guard) => own('notifier', `heartbeat.${guard}`)),
      ),
      ...this.#sweep(),
    ];
    const rows = Array.from({ length: Math.ceil(graphs.length / perRow) }, (_, row) =>
      graphs.slice(row * perRow, (row + 1) * perRow),
    );
    new Dashboard(this, 'Dashboard', { widgets: rows, defaultInterval: Duration.days(1) });
  }

  #graph(title: string, left: readonly IMetric[]): GraphWidget {
    return new GraphWidget({ title, left: [...left], leftYAxis: { min: 0 }, ...size });
  }

  #latency(title: string, left: readonly IMetric[]): GraphWidget {
    return new GraphWidget({ title: `${title}, p95`, left: [...left], leftYAxis: { min: 0, label: 'ms' }, ...size });
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
    const coverage = ['complete', 'partial', 'unreadable'].map((state) => own('sweep-close', `sweep.region.${state}`));
    return [
      this.#graph('Sweeps', ['ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map(executions)),
      this.#graph('Regions that sweeps read', coverage),
      this.#graph('Keys that sweeps saw', [own('sweep-close', 'sweep.keys', 'Maximum')]),
    ];
  }
}
