import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { groupOf } from '../delivery/outbox-message.ts';
import type { Outbox } from '../delivery/ports.ts';
import { RetryableFault } from '../ports.ts';

/**
 * The outbox on SQS FIFO: one group for what must stay in order, and the message's id against what is put twice within five
 * minutes; later, the notifier knows it by its ledger.
 * @throws RetryableFault when SQS does not take it: an alert is never dropped
 */
export const sqsOutbox = (client: SQSClient, queueUrl: string): Outbox => ({
  put: async (message) => {
    try {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: groupOf(message),
          MessageDeduplicationId: message.id,
        }),
      );
    } catch (error) {
      throw new RetryableFault('the outbox did not take a message', { cause: error });
    }
  },
});
