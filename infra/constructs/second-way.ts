import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Sends every alarm of the scope to these topics too; made after all of them. */
export const addSecondWay = (scope: Construct, topicArns: readonly string[]): void => {
  if (topicArns.length === 0) return;
  const way = new Construct(scope, 'SecondWay');
  const topics = topicArns.map((arn, index) => Topic.fromTopicArn(way, `Topic${index}`, arn));
  for (const alarm of scope.node.findAll().filter((construct) => construct instanceof Alarm)) {
    for (const topic of topics) alarm.addAlarmAction(new SnsAction(topic));
  }
};
