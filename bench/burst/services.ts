import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FakeRequest, Reply } from '../../test/support/fake-aws.ts';
import { type MemoryDynamo, memoryDynamo } from '../../test/support/memory-dynamo.ts';
import type { BurstEvent } from './events.ts';
import { type BurstKms, burstKms } from './burst-kms.ts';

/** What stands behind one loopback endpoint: DynamoDB, KMS, CloudTrail and SQS, as much of them as the guards ask for. */
export type Services = {
  readonly dynamo: MemoryDynamo;
  readonly kms: BurstKms;
  readonly answer: (request: FakeRequest) => Reply;
  /** Bodies by the last part of their queue's URL. */
  readonly queues: ReadonlyMap<string, readonly string[]>;
};

const sent = z.looseObject({ QueueUrl: z.string(), MessageBody: z.string() });

export const burstServices = (events: readonly BurstEvent[]): Services => {
  const dynamo = memoryDynamo();
  const kms = burstKms(events);
  const queues = new Map<string, string[]>();
  const put = (message: unknown): Reply => {
    const { QueueUrl: url, MessageBody: text } = sent.parse(message);
    const name = url.split('/').at(-1) ?? '';
    const queue = queues.get(name) ?? [];
    queue.push(text);
    queues.set(name, queue);
    const digest = createHash('md5').update(text).digest('hex');
    return { body: { MessageId: `${name}-${digest}`, MD5OfMessageBody: digest } };
  };
  const answer = (request: FakeRequest): Reply => {
    switch (request.action) {
      case 'LookupEvents':
        return { body: { Events: [] } };
      case 'SendMessage':
        return put(request.body);
      default:
        return kms.answer(request) ?? dynamo.answer(request);
    }
  };
  return { dynamo, kms, answer, queues };
};
