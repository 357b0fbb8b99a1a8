import { createHash } from 'node:crypto';
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Received } from '../delivery/batch.ts';
import type { DeadMessages } from '../delivery/ports.ts';
import { RetryableFault } from '../ports.ts';
import { plain } from '../rules/explain.ts';

/** The dead letters of the outbox, FIFO too; the body as it came, so that a redrive delivers it. */
export const outboxDeadLetters = (client: SQSClient, queueUrl: string): DeadMessages => ({
  send: async ({ body, group }, reason) => {
    try {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: createHash('sha256').update(body).digest('hex'),
          MessageAttributes: { reason: { DataType: 'String', StringValue: plain(reason, 250) } },
        }),
      );
    } catch (error) {
      throw new RetryableFault('the dead-letter queue did not take a message', { cause: error });
    }
  },
});

/** Lets a message come back after so many seconds. */
export const postponeThrough =
  (client: SQSClient, queueUrl: string) =>
  async ({ receiptHandle }: Received, seconds: number): Promise<void> => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.ceil(seconds),
      }),
    );
  };
