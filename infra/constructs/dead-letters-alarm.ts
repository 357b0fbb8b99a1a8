import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ownMetric } from './own-metric.ts';

/** Of the guard's dead-letter queues, the last part of the construct's id is the contract. */
export const deadLetterQueuesIn = (scope: Construct): readonly Queue[] =>
  scope.node
    .findAll()
    .filter((construct) => construct instanceof Queue)
    .filter(({ node }) => node.id === 'DeadLetters');

/**
 * One alarm for all dead-letter queues: the self-guard counts them with every heartbeat. Where it cannot, no heartbeat comes
 * through and that alarm goes off; this one stays as it was.
 */
export class DeadLettersAlarm extends Construct {
  constructor(scope: Construct, id: string, { topic }: { readonly topic: ITopic }) {
    super(scope, id);
    const alarm = new Alarm(this, 'DeadLetters', {
      metric: ownMetric('deadLetters', { period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
      alarmDescription:
        'kms-guard: something was given up and waits in a dead-letter queue; the log of self-guard says in which, see docs/operations.md',
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
}
