import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { plain } from '../rules/explain.ts';
import { type DeadLetters, RetryableFault } from '../ports.ts';

/** Puts a body on the dead-letter queue as it came, with the reason as an attribute. */
export const sqsDeadLetters = (client: SQSClient, queueUrl: string): DeadLetters => ({
  send: async (body, reason) => {
    try {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: { reason: { DataType: 'String', StringValue: plain(reason, 250) } },
        }),
      );
    } catch (error) {
      throw new RetryableFault('the dead-letter queue did not take a message', { cause: error });
    }
  },
});
