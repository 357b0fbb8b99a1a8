import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export type SweepAlarmsProps = { readonly stateMachineArn: string; readonly topic: ITopic };

/** Nights may be an hour longer, and a sweep may end late. */
const hoursWithout = 30;

/**
 * Says so when a sweep fails, and when none came to its end for more than a day, be it that it was not started, was stopped
 * or was too late: nobody would miss it otherwise.
 */
export class SweepAlarms extends Construct {
  constructor(scope: Construct, id: string, { stateMachineArn, topic }: SweepAlarmsProps) {
    super(scope, id);
    const executions = (metricName: string, period: Duration) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: stateMachineArn },
        period,
        statistic: 'Sum',
      });
    const failed = new Alarm(this, 'Failed', {
      metric: executions('ExecutionsFailed', Duration.minutes(5)),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'sweep: it failed; the keys that it did not reach were not looked at',
    });
    const missing = new Alarm(this, 'Missing', {
      metric: executions('ExecutionsSucceeded', Duration.hours(1)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: hoursWithout,
      datapointsToAlarm: hoursWithout,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `sweep: none came to its end for ${hoursWithout} hours (until the first one after a deployment, too)`,
    });
    for (const alarm of [failed, missing]) alarm.addAlarmAction(new SnsAction(topic));
  }
}
