import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { LocalAws } from '../local-aws.ts';
import { clientSettings } from './guarded-aws.ts';

/** One alert as it came over SNS. The JSON form carries the same words as the text for people. */
const alertSchema = z.looseObject({
  subject: z.string(),
  text: z.string(),
  severity: z.string(),
  kind: z.string(),
  eventID: z.optional(z.nullable(z.string())),
  keyArn: z.optional(z.nullable(z.string())),
});
export type ReceivedAlert = z.infer<typeof alertSchema>;

const notification = z.object({ Message: z.string() });

export type AlertInbox = {
  /** Waits up to so many seconds for alerts; each comes once. */
  readonly receive: (seconds: number) => Promise<readonly ReceivedAlert[]>;
};

const allowTopic = (queueArn: string, topicArn: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
  ],
});

/** Subscribes a queue to the guard's topic, as a chat bridge or a ticket system would. */
export const openAlertInbox = async (aws: LocalAws, topicArn: string): Promise<AlertInbox> => {
  const sqs = new SQSClient(clientSettings(aws));
  const { QueueUrl: queue } = await sqs.send(new CreateQueueCommand({ QueueName: 'alert-inbox' }));
  const asked = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] });
  const queueArn = (await sqs.send(asked)).Attributes?.['QueueArn'] ?? '';
  const Policy = JSON.stringify(allowTopic(queueArn, topicArn));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { Policy } }));
  const sns = new SNSClient(clientSettings(aws));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return {
    receive: async (seconds) => {
      const received = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: seconds, MaxNumberOfMessages: 10 }),
      );
      const alerts: ReceivedAlert[] = [];
      for (const { Body = '', ReceiptHandle } of received.Messages ?? []) {
        alerts.push(alertSchema.parse(JSON.parse(notification.parse(JSON.parse(Body)).Message)));
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
      }
      return alerts;
    },
  };
};
