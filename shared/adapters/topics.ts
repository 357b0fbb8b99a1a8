import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Publication, Topics } from '../delivery/ports.ts';
import { sentOf } from './sent-of.ts';

/** Protocols that programs subscribe with; people get the text. */
const programs = ['sqs', 'lambda', 'http', 'https', 'firehose'] as const;

/** SNS topics. At least once: the attribute `id` is the same whenever a message comes again. */
export const snsTopics = (client: SNSClient): Topics => ({
  publish: async (topicArn, publication) => {
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, ...messageOf(publication) }));
      return { ok: true };
    } catch (error) {
      return sentOf(error);
    }
  },
  publishBare: async (topicArn, message) => {
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
      return { ok: true };
    } catch (error) {
      return sentOf(error);
    }
  },
});

/** Readable text by default, JSON for programs, attributes for filter policies. At most 262,144 bytes, see `alerts/fit.ts`. */
export const messageOf = ({ id, subject, text, json, attributes }: Publication) => {
  const bodies = Object.fromEntries(programs.map((protocol) => [protocol, json]));
  const string = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    Subject: subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: text, ...bodies }),
    MessageAttributes: {
      id: string(id),
      severity: string(attributes.severity),
      rule: { DataType: 'String.Array', StringValue: JSON.stringify(attributes.rule) },
      account: string(attributes.account),
      decision: string(attributes.decision),
    },
  };
};
