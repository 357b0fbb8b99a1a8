import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Timings } from '../timings.ts';

export type SlackAlarmsProps = {
  readonly actions: IFunction;
  readonly answers: IQueue;
  readonly topic: ITopic;
  readonly timings: Timings;
};

/** More refused requests than this in five minutes are no slip of somebody's clock. */
const refusedTooOften = 20;

/** Says so when somebody tries the door, and when a click is lost at it; behind it, what fails is a dead letter. */
export class SlackAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { actions, answers, topic, timings }: SlackAlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    const sum = { period: Duration.minutes(5), statistic: 'Sum' };
    this.#alarm('Refused', {
      metric: actions.metric('Url4xxCount', sum),
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
    // No heartbeat goes this way.
    this.#alarm('QueueAge', {
      metric: answers.metricApproximateAgeOfOldestMessage({ period: sum.period, statistic: 'Maximum' }),
      above: timings.queueAgeAlarm,
      says: 'slack-answers: what people asked for in Slack waits too long',
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
