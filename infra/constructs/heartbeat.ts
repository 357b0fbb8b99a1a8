import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { heartbeatDetailType, heartbeatSource } from '../../shared/heartbeat.ts';
import type { Beating } from '../../shared/metrics.ts';
import { allow } from './allow.ts';
import { ownMetric } from './own-metric.ts';

export type HeartbeatProps = { readonly guards: readonly Beating[]; readonly topic: ITopic };

const everyMinutes = 5;
/** One that is lost or late is no news: EventBridge delivers at least once, not at once. */
const missedInARow = 3;

/**
 * Proves that the guard is alive: a synthetic event on the default bus, through rule, inbox, guard, ledger and outbox to the
 * notifier, which counts it. Where the count is missing, nobody would be told of a key either.
 */
export class Heartbeat extends Construct {
  constructor(scope: Construct, id: string, { guards, topic }: HeartbeatProps) {
    super(scope, id);
    this.#schedule();
    for (const guard of guards) this.#alarm(guard, topic);
  }

  #schedule(): void {
    const { account, partition, region } = Stack.of(this);
    const bus = ['arn', partition, 'events', region, account, 'event-bus/default'];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      description: 'kms-guard: puts heartbeats on the default bus',
    });
    allow(role, { sid: 'PutHeartbeats', actions: ['events:PutEvents'], resources: [bus] });
    new CfnSchedule(this, 'Schedule', {
      description: 'kms-guard: a heartbeat is due',
      scheduleExpression: `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: bus.join(':'),
        roleArn: role.roleArn,
        input: JSON.stringify({ id: '<aws.scheduler.execution-id>', at: '<aws.scheduler.scheduled-time>' }),
        eventBridgeParameters: { source: heartbeatSource, detailType: heartbeatDetailType },
      },
    });
  }

  #alarm(guard: Beating, topic: ITopic): void {
    const alarm = new Alarm(this, `Missing-${guard}`, {
      metric: ownMetric(`heartbeat.${guard}`, { period: Duration.minutes(everyMinutes), statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: missedInARow,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `${guard}: no heartbeat came through: nobody would be told of a key, see docs/operations.md`,
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
}
