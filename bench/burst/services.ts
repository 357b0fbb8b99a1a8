import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { body, record, scheduleDeletion } from '../../test/support/records.ts';
import type { FakeRequest, Reply } from '../../test/support/fake-aws.ts';
import { type MemoryDynamo, memoryDynamo } from '../../test/support/memory-dynamo.ts';

/** What stands behind one loopback endpoint: DynamoDB, KMS, CloudTrail and SQS, as much of them as deletion-guard asks for. */
export type Services = {
  readonly dynamo: MemoryDynamo;
  readonly answer: (request: FakeRequest) => Reply;
  /** Key ARN to its state. */
  readonly states: Map<string, string>;
  /** Writes that KMS accepted, in order. */
  readonly written: string[];
  /** Bodies by the last part of their queue's URL. */
  readonly queues: Map<string, string[]>;
};

const named = z.looseObject({ KeyId: z.optional(z.string()) });
const sent = z.looseObject({ QueueUrl: z.string(), MessageBody: z.string() });

const keyMetadata = (arn: string, state: string) => ({
  Arn: arn,
  KeyId: arn.split('/')[1],
  KeyState: state,
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  Origin: 'AWS_KMS',
  CreationDate: 1_767_000_000,
  Description: 'burst',
  ...(state === 'PendingDeletion' ? { DeletionDate: 1_999_000_000 } : {}),
});

/** From a state, and to which: any other state is KMSInvalidStateException. */
const changes: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  CancelKeyDeletion: { from: ['PendingDeletion'], to: 'Disabled' },
  EnableKey: { from: ['Disabled', 'Enabled'], to: 'Enabled' },
};

export const burstServices = (): Services => {
  const dynamo = memoryDynamo();
  const states = new Map<string, string>();
  const written: string[] = [];
  const queues = new Map<string, string[]>();
  const change = (action: string, arn: string): Reply => {
    const allowed = changes[action];
    if (allowed?.from.includes(states.get(arn) ?? '') !== true) return { error: 'KMSInvalidStateException' };
    states.set(arn, allowed.to);
    written.push(`${action} ${arn}`);
    return { body: { KeyId: arn } };
  };
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
    const { KeyId: arn = '' } = named.parse(request.body);
    switch (request.action) {
      case 'DescribeKey': {
        const state = states.get(arn);
        return state === undefined
          ? { error: 'NotFoundException' }
          : { body: { KeyMetadata: keyMetadata(arn, state) } };
      }
      case 'CancelKeyDeletion':
      case 'EnableKey':
        return change(request.action, arn);
      case 'ListAliases':
        return { body: { Aliases: [], Truncated: false } };
      case 'ListResourceTags':
        return { body: { Tags: [], Truncated: false } };
      case 'ListGrants':
        return { body: { Grants: [], Truncated: false } };
      case 'GetKeyLastUsage':
        return { body: { KeyLastUsage: { Timestamp: Date.now() / 1000 - 3_600, Operation: 'Decrypt' } } };
      case 'LookupEvents':
        return { body: { Events: [] } };
      case 'SendMessage':
        return put(request.body);
      default:
        return dynamo.answer(request);
    }
  };
  return { dynamo, answer, states, written, queues };
};

export type BurstEvent = {
  readonly id: string;
  readonly key: string;
  readonly kind: 'deletion' | 'disabled' | 'enabled';
  readonly body: string;
};

/** One event in ten schedules a deletion, two in ten disable a key, the others enable one; 500 keys have many of the last. */
export const burstEvents = (count: number, keyArn: string): readonly BurstEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const kind = n % 10 === 0 ? 'deletion' : n % 10 < 3 ? 'disabled' : 'enabled';
    const number = kind === 'enabled' ? n % 500 : n + 100_000;
    const key = keyArn.replace('0a1b2c3d', `${kind === 'enabled' ? 'e' : 'a'}${number.toString(16).padStart(7, '0')}`);
    const id = `burst-${n}`;
    const about = { key, eventID: id, eventTime: new Date().toISOString() };
    const eventName = kind === 'disabled' ? 'DisableKey' : 'EnableKey';
    return {
      id,
      key,
      kind,
      body: body(kind === 'deletion' ? scheduleDeletion(about) : record({ ...about, eventName })),
    };
  });
