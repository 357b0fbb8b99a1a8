import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Timings, timings } from '../timings.ts';
import type { CallRoute } from './call-route.ts';

export type GuardAlarmsProps = {
  readonly guard: string;
  readonly route: Pick<CallRoute, 'inbox' | 'deadLetters'>;
  readonly handler: IFunction;
  readonly topic: ITopic;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** Says so when the guard itself is in trouble: calls set aside, failing handler, calls waiting too long. */
export class GuardAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: GuardAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const { guard, route, handler } = props;
    const period = Duration.minutes(1);
    this.#alarm('DeadLetters', {
      metric: route.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      above: 0,
      says: `${guard}: KMS calls could not be handled and wait in the dead-letter queue`,
    });
    this.#alarm('Errors', {
      metric: handler.metricErrors({ period, statistic: 'Sum' }),
      above: 0,
      says: `${guard}: the handler fails`,
    });
    this.#alarm('QueueAge', {
      metric: route.inbox.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      above: (props.timings ?? timings).queueAgeAlarm,
      says: `${guard}: KMS calls wait too long to be judged`,
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
