import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type ReportAlarmsProps = {
  readonly handler: IFunction;
  /** Where the scheduler puts what it could not start. */
  readonly deadLetters: IQueue;
  readonly topic: ITopic;
};

/** Says so when a report could not be made: its silence would look like a quiet week. */
export class ReportAlarms extends Construct {
  constructor(scope: Construct, id: string, { handler, deadLetters, topic }: ReportAlarmsProps) {
    super(scope, id);
    const quiet = {
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    const failed = new Alarm(this, 'Failed', {
      ...quiet,
      metric: handler.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      alarmDescription: 'report: an attempt to make it failed; Lambda tries twice more, see its log',
    });
    const unstarted = new Alarm(this, 'DeadLetters', {
      ...quiet,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      alarmDescription: 'report: one that was due could not be started, or failed for good',
    });
    for (const alarm of [failed, unstarted]) alarm.addAlarmAction(new SnsAction(topic));
  }
}
