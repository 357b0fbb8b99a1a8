import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type SweepAlarmsProps = {
  readonly stateMachineArn: string;
  /** Where the scheduler puts what it could not start. */
  readonly deadLetters: IQueue;
  readonly topic: ITopic;
};

/** Nights may be an hour longer, and a sweep may end late. */
const hoursWithout = 30;

/** Says so when a sweep fails, and when none came to its end for more than a day: nobody would miss it otherwise. */
export class SweepAlarms extends Construct {
  constructor(scope: Construct, id: string, { stateMachineArn, deadLetters, topic }: SweepAlarmsProps) {
    super(scope, id);
    const executions = (metricName: string) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: stateMachineArn },
        period: Duration.minutes(5),
        statistic: 'Sum',
      });
    const above = { threshold: 0, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD, evaluationPeriods: 1 };
    const quiet = { ...above, treatMissingData: TreatMissingData.NOT_BREACHING };
    const failed = new Alarm(this, 'Failed', {
      ...quiet,
      metric: executions('ExecutionsFailed'),
      alarmDescription: 'sweep: it failed; the keys that it did not reach were not looked at',
    });
    const late = new Alarm(this, 'TimedOut', {
      ...quiet,
      metric: executions('ExecutionsTimedOut'),
      alarmDescription: 'sweep: it did not come to its end before the next one was due',
    });
    const missing = new Alarm(this, 'Missing', {
      metric: executions('ExecutionsSucceeded').with({ period: Duration.hours(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: hoursWithout,
      datapointsToAlarm: hoursWithout,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `sweep: none came to its end for ${hoursWithout} hours (until the first one after a deployment, too)`,
    });
    const unstarted = new Alarm(this, 'DeadLetters', {
      ...quiet,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      alarmDescription: 'sweep: the schedule could not start it',
    });
    for (const alarm of [failed, late, missing, unstarted]) alarm.addAlarmAction(new SnsAction(topic));
  }
}
