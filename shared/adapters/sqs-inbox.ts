import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { RetryableFault } from '../ports.ts';
import type { GuardInbox } from '../sweep/ports.ts';

/** The queue that events come to a guard through. */
export const sqsInbox = (client: SQSClient, queueUrl: string): GuardInbox => ({
  put: async (body) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    } catch (error) {
      throw new RetryableFault('the inbox of the deletion-guard did not take a call', { cause: error });
    }
  },
});
