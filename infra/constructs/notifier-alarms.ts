import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Timings, timings } from '../timings.ts';
import type { Outbox } from './outbox.ts';

export type NotifierAlarmsProps = {
  readonly outbox: Outbox;
  readonly topic: ITopic;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/**
 * Says so when alerts wait: each has its own place in the outbox, so one may be stuck while heartbeats pass. Straight to the
 * topic, for the notifier is what is broken. What is refused for good is a dead letter.
 */
export class NotifierAlarms extends Construct {
  constructor(scope: Construct, id: string, { outbox, topic, timings: pace = timings }: NotifierAlarmsProps) {
    super(scope, id);
    const alarm = new Alarm(this, 'QueueAge', {
      metric: outbox.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: pace.queueAgeAlarm,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'notifier: alerts wait too long in the outbox',
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
}
