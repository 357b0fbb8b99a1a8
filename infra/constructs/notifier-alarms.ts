import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Timings, timings } from '../timings.ts';
import type { Outbox } from './outbox.ts';

export type NotifierAlarmsProps = {
  readonly outbox: Outbox;
  readonly handler: IFunction;
  readonly topic: ITopic;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** Says so when alerts do not get through: straight to the topic, for the notifier is what is broken. */
export class NotifierAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: NotifierAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const { outbox, handler } = props;
    const period = Duration.minutes(1);
    this.#alarm('DeadLetters', {
      metric: outbox.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      above: 0,
      says: 'notifier: alerts could not be delivered and wait in the dead-letter queue of the outbox',
    });
    this.#alarm('Errors', {
      metric: handler.metricErrors({ period, statistic: 'Sum' }),
      above: 0,
      says: 'notifier: the handler fails, alerts wait in the outbox',
    });
    this.#alarm('QueueAge', {
      metric: outbox.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      above: (props.timings ?? timings).queueAgeAlarm,
      says: 'notifier: alerts wait too long in the outbox',
    });
    this.#alarm('Refused', {
      metric: new Metric({
        namespace: 'KmsGuard',
        metricName: 'delivery.refused',
        dimensionsMap: { service: 'notifier' },
        period,
        statistic: 'Sum',
      }),
      above: 0,
      says: 'notifier: a channel refuses alerts: see whether its token, its name and its permissions are right',
    });
  }

  #alarm(id: string, { metric, above, says }: { metric: IMetric; above: number; says: string }): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: says,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
