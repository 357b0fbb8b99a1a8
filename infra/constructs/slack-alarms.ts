import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type SlackAlarmsProps = {
  readonly actions: IFunction;
  readonly answers: IFunction;
  readonly deadLetters: IQueue;
  readonly topic: ITopic;
};

/** More refused requests than this in five minutes are no slip of somebody's clock. */
const refusedTooOften = 20;

/** Says so when somebody tries the door, and when answers of people are lost. */
export class SlackAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { actions, answers, deadLetters, topic }: SlackAlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    const sum = { period: Duration.minutes(5), statistic: 'Sum' };
    this.#alarm('Refused', {
      metric: new Metric({
        namespace: 'KmsGuard',
        metricName: 'refused',
        dimensionsMap: { service: 'slack-actions' },
        ...sum,
      }),
      above: refusedTooOften,
      says: 'slack-actions: many requests are refused: somebody tries the function URL, or the signing secret is wrong',
    });
    this.#alarm('ActionErrors', {
      metric: actions.metricErrors(sum),
      above: 0,
      says: 'slack-actions: the handler fails',
    });
    this.#alarm('ActionThrottles', {
      metric: actions.metricThrottles(sum),
      above: 0,
      says: 'slack-actions: more requests than it takes at once: people in Slack get no answer',
    });
    this.#alarm('AnswerErrors', {
      metric: answers.metricErrors(sum),
      above: 0,
      says: 'slack-answers: the handler fails',
    });
    this.#alarm('DeadLetters', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: sum.period, statistic: 'Maximum' }),
      above: 0,
      says: 'slack-answers: what people asked for in Slack was not done and waits in the dead-letter queue',
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
