import { type GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { sqsSetAside } from '../../shared/adapters/sqs-set-aside.ts';
import { RetryableFault } from '../../shared/ports.ts';

const url = (name: string): string => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`;

const over = (answer: (queue: string) => Readonly<Record<string, string>> | undefined) => {
  const client = new SQSClient({ region: 'eu-west-1' });
  const send = async ({ input }: GetQueueAttributesCommand) => ({ Attributes: answer(input.QueueUrl ?? '') });
  return sqsSetAside(Object.assign(client, { send }), [url('KmsGuard-One'), url('KmsGuard-Two.fifo')]);
};

describe('the dead letters', () => {
  test('are counted queue by queue', async () => {
    const setAside = over((queue) => ({ ApproximateNumberOfMessages: queue.endsWith('One') ? '0' : '7' }));
    expect(await setAside.count()).toEqual({ 'KmsGuard-One': 0, 'KmsGuard-Two.fifo': 7 });
  });

  test.each<[string, () => Readonly<Record<string, string>> | undefined]>([
    ['no attributes', () => undefined],
    ['another attribute', () => ({ DelaySeconds: '0' })],
    ['no number', () => ({ ApproximateNumberOfMessages: 'many' })],
    [
      'no queue',
      () => {
        throw new Error('QueueDoesNotExist');
      },
    ],
  ])('%s: a fault, not an empty queue', async (_, answer) => {
    await expect(over(answer).count()).rejects.toThrow(RetryableFault);
  });
});
