import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSettings } from '../../local/demo/guarded-aws.ts';
import type { LocalAws } from '../../local/local-aws.ts';
import { body, record } from './records.ts';

/** A burst of events for one guard on the local AWS, and what became of each. */
export type Burst = {
  /** Messages that were sent: every event once, one in ten twice, and some that nobody can read. */
  readonly sent: number;
  readonly eventIDs: ReadonlySet<string>;
  readonly poison: ReadonlySet<string>;
};

export type Accounted = {
  /** Entries in the ledger by event id, of this burst alone. */
  readonly entries: ReadonlyMap<string, number>;
  readonly unreadable: number;
  readonly settled: number;
};

type Guarded = { readonly aws: LocalAws; readonly outputs: Readonly<Record<string, string>> };

const batchSize = 10;
const keyCount = 20;
const poisonEvery = 500;
const alertEvery = 50;

/** Mostly what is in order; one in fifty disables a key, which is told. Twenty keys: many events write the same items. */
const eventOf = (n: number, eventID: string, keys: readonly string[]): string => {
  const eventName = n % alertEvery === 0 ? 'DisableKey' : 'EnableKey';
  const key = keys[n % keys.length] ?? '';
  return body(record({ eventName, key, eventID, eventTime: new Date().toISOString() }));
};

export const sendBurst = async ({ aws, outputs }: Guarded, count: number): Promise<Burst> => {
  const kms = new KMSClient(clientSettings(aws));
  const sqs = new SQSClient(clientSettings(aws));
  const made = Array.from({ length: keyCount }, () => kms.send(new CreateKeyCommand({})));
  const keys = (await Promise.all(made)).map(({ KeyMetadata }) => KeyMetadata?.Arn ?? '');
  const name = `burst-${Date.now()}`;
  const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  const poisonOf = (id: string, n: number): readonly string[] => (n % poisonEvery === 0 ? [`poison ${id}`] : []);
  const bodies = ids.flatMap((id, n) => {
    const text = eventOf(n, id, keys);
    return [...(n % 10 === 0 ? [text, text] : [text]), ...poisonOf(id, n)];
  });
  for (let at = 0; at < bodies.length; at += batchSize) {
    const entries = bodies.slice(at, at + batchSize).map((MessageBody, n) => ({ Id: `m${n}`, MessageBody }));
    const { Failed: failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: outputs['DeletionGuardInboxUrl'], Entries: entries }),
    );
    if (failed.length > 0) throw new Error(`SQS did not take ${failed.length} messages`);
  }
  return { sent: bodies.length, eventIDs: new Set(ids), poison: new Set(ids.flatMap(poisonOf)) };
};

/** Messages that wait or are in flight. */
export const waiting = async ({ aws, outputs }: Guarded, queue: string): Promise<number> => {
  const sqs = new SQSClient(clientSettings(aws));
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const asked = { QueueUrl: outputs[queue], AttributeNames: [...names] };
  const { Attributes: attributes = {} } = await sqs.send(new GetQueueAttributesCommand(asked));
  return names.reduce((sum, attribute) => sum + Number(attributes[attribute] ?? 0), 0);
};

/** The different bodies that wait in a queue: SQS, and whoever tries again, may put one there twice. */
export const bodiesIn = async ({ aws, outputs }: Guarded, queue: string): Promise<ReadonlySet<string>> => {
  const sqs = new SQSClient(clientSettings(aws));
  const found = new Set<string>();
  for (;;) {
    const asked = { QueueUrl: outputs[queue], MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
    if (messages.length === 0) return found;
    for (const { Body: text } of messages) found.add(text ?? '');
  }
};

/** Until the queue is empty; false when it is not in time. */
export const drained = async (
  guarded: Guarded,
  queue: string,
  { seconds, progress }: { readonly seconds: number; readonly progress?: (left: number) => void },
): Promise<boolean> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = await waiting(guarded, queue);
    progress?.(left);
    if (left === 0) return true;
    if (Date.now() > deadline) return false;
    await sleep(1_000);
  }
};

/** Reads the whole ledger: which event of the burst has how many entries, and how many claims are settled. */
export const account = async ({ aws, outputs }: Guarded, { eventIDs }: Burst): Promise<Accounted> => {
  const client = new DynamoDBClient(clientSettings(aws));
  const entries = new Map<string, number>();
  let unreadable = 0;
  let settled = 0;
  const scan = { TableName: outputs['TableName'], ProjectionExpression: 'pk, sk, settledAt' };
  for await (const { Items: items = [] } of paginateScan({ client }, scan)) {
    for (const { pk, sk, settledAt } of items) {
      const [kind = '', ...rest] = (sk?.S ?? '').split('#');
      const eventID = rest[1] ?? '';
      if (kind === 'ENTRY' && eventIDs.has(eventID)) entries.set(eventID, (entries.get(eventID) ?? 0) + 1);
      if (pk?.S === 'UNREADABLE') unreadable += 1;
      if (settledAt !== undefined && (pk?.S ?? '').split('#').some((part) => eventIDs.has(part))) settled += 1;
    }
  }
  return { entries, unreadable, settled };
};
