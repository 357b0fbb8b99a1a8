import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SetAside } from '../defence/handle-defence.ts';
import { RetryableFault } from '../ports.ts';

const visible = 'ApproximateNumberOfMessages';

/** Counts what waits in dead-letter queues; a queue that gives no number is a fault, not an empty one. */
export const sqsSetAside = (client: SQSClient, queueUrls: readonly string[]): SetAside => {
  const countOf = async (url: string): Promise<readonly [name: string, count: number]> => {
    const name = url.slice(url.lastIndexOf('/') + 1);
    try {
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [visible] });
      const count = Number((await client.send(command)).Attributes?.[visible]);
      if (!Number.isInteger(count)) throw new Error('no number of messages');
      return [name, count];
    } catch (error) {
      throw new RetryableFault(`the dead letters in ${name} could not be counted`, { cause: error });
    }
  };
  return { count: async () => Object.fromEntries(await Promise.all(queueUrls.map(countOf))) };
};
