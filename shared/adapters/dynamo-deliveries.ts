import {
  ConditionalCheckFailedException,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Alert } from '../alerts/alert.ts';
import type { ListedAlert } from '../alerts/slack/slack-input.ts';
import type { Move } from '../delivery/outbox-message.ts';
import type { Begun, Deliveries, SlackRecord, SlackThread, Unsure } from '../delivery/ports.ts';
import * as keys from './delivery-items.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { type Item, number, text } from './ledger-items.ts';

type Input<Name extends keyof Deliveries> = Parameters<Deliveries[Name]>[0];

/** What the notifier remembers, on DynamoDB. @throws RetryableFault when it does not answer */
export const dynamoDeliveries = (table: LedgerTable): Deliveries => {
  const put = (key: Item, doc: object, now: number) => faultsAreRetryable(putDoc(table, { key, doc, now }));
  const read = <T>(key: Item, schema: z.ZodMiniType<T>) => faultsAreRetryable(readDoc(table, key, schema));
  return {
    begin: (input) => faultsAreRetryable(begin(table, input)),
    finish: (input) => faultsAreRetryable(finish(table, input)),
    release: (input) => faultsAreRetryable(release(table, input)),
    slackRecord: (channel, alertId) => read(keys.slackMessageKey(channel, alertId), recordSchema),
    saveSlackRecord: (channel, record, now) => faultsAreRetryable(saveRecord(table, { channel, record, now })),
    thread: (channel, subject) => read(keys.slackThreadKey(channel, subject), threadSchema),
    saveThread: ({ channel, subject, thread, now }) => put(keys.slackThreadKey(channel, subject), thread, now),
    alert: (alertId) => read(keys.alertKey(alertId), alertSchema),
    saveAlert: (alertId, alert, now) => put(keys.alertKey(alertId), alert, now),
    answer: (keyArn) => read(keys.answerKey(keyArn), moveSchema),
    saveAnswer: async (move, now) => {
      if (move.keyArn !== null) await put(keys.answerKey(move.keyArn), move, now);
    },
    addToDigest: ({ channel, day, line, now }) =>
      put(keys.digestLineKey(keys.digestPartition(channel, day), line.alertId), line, now),
    digest: (channel, day) => faultsAreRetryable(linesIn(table, keys.digestPartition(channel, day))),
  };
};

// The ledger's own documents: written by this code, so only their presence is checked.
const document = <T>(name: keyof T & string) =>
  z.custom<T>((value) => typeof value === 'object' && value !== null && name in value);
const recordSchema = document<SlackRecord>('ts');
const threadSchema = document<SlackThread>('rootTs');
const alertSchema = z.custom<Alert>((value) => typeof value === 'object' && value !== null && 'kind' in value);
const moveSchema = document<Move>('status');
const lineSchema = document<ListedAlert>('alertId');

/** Takes the lease. Until it is released, the attempt counts as unsure: if it crashes, nobody knows what went through. */
const begin = async (
  { client, tableName }: LedgerTable,
  { id, to, now, leaseInSeconds }: Input<'begin'>,
): Promise<Begun> => {
  try {
    const { Attributes: before = {} } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keys.deliveryKey(id, to),
        UpdateExpression:
          'SET leaseUntil = :until, expiresAt = :expiry, #since = if_not_exists(#since, :now), ' +
          'unsureSince = if_not_exists(unsureSince, :now), unsureUntil = :until',
        ConditionExpression: 'attribute_not_exists(pk) OR (attribute_not_exists(doneAt) AND leaseUntil < :now)',
        ExpressionAttributeNames: { '#since': 'since' },
        ExpressionAttributeValues: {
          ':until': number(now + leaseInSeconds * 1000),
          ':now': number(now),
          ':expiry': keys.deliveryExpiry(now),
        },
        ReturnValues: 'ALL_OLD',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { state: 'begun', unsure: unsureOf(before), since: Number(before['since']?.N ?? now) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { state: error.Item?.['doneAt'] === undefined ? 'busy' : 'done' };
  }
};

const unsureOf = ({ unsureSince, unsureUntil }: Item): Unsure | null =>
  unsureSince?.N === undefined || unsureUntil?.N === undefined
    ? null
    : { since: Number(unsureSince.N), until: Number(unsureUntil.N) };

const finish = async ({ client, tableName }: LedgerTable, { id, to, now }: Input<'finish'>): Promise<void> => {
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keys.deliveryKey(id, to),
      UpdateExpression: 'SET doneAt = :now',
      ExpressionAttributeValues: { ':now': number(now) },
    }),
  );
};

const release = async ({ client, tableName }: LedgerTable, { id, to, unsure }: Input<'release'>): Promise<void> => {
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keys.deliveryKey(id, to),
      UpdateExpression:
        unsure === null
          ? 'SET leaseUntil = :free REMOVE unsureSince, unsureUntil'
          : 'SET leaseUntil = :free, unsureSince = :since, unsureUntil = :until',
      ExpressionAttributeValues: {
        ':free': number(0),
        ...(unsure === null ? {} : { ':since': number(unsure.since), ':until': number(unsure.until) }),
      },
    }),
  );
};

const readDoc = async <T>(
  { client, tableName }: LedgerTable,
  key: Item,
  schema: z.ZodMiniType<T>,
): Promise<T | null> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  const doc = item?.['doc']?.S;
  return doc === undefined ? null : schema.parse(JSON.parse(doc));
};

type Doc = { readonly key: Item; readonly doc: object; readonly now: number };

const putDoc = async ({ client, tableName }: LedgerTable, { key, doc, now }: Doc): Promise<void> => {
  const item = { ...key, doc: text(JSON.stringify(doc)), expiresAt: keys.deliveryExpiry(now) };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
};

type Save = { readonly channel: string; readonly record: SlackRecord; readonly now: number };

const saveRecord = async ({ client, tableName }: LedgerTable, { channel, record, now }: Save): Promise<boolean> => {
  const { version, alertId } = record;
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keys.slackMessageKey(channel, alertId),
          doc: text(JSON.stringify({ ...record, version: version + 1 })),
          version: number(version + 1),
          expiresAt: keys.deliveryExpiry(now),
        },
        ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :was',
        ...(version === 0 ? {} : { ExpressionAttributeValues: { ':was': number(version) } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** Documents of one partition that are lines about alerts. */
export const linesIn = async (
  { client, tableName }: LedgerTable,
  partition: string,
  prefix = '',
): Promise<readonly ListedAlert[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': text(partition), ...(prefix === '' ? {} : { ':prefix': text(prefix) }) },
      ConsistentRead: true,
    },
  );
  const lines: ListedAlert[] = [];
  for await (const { Items = [] } of pages) {
    for (const item of Items) lines.push(lineSchema.parse(JSON.parse(item['doc']?.S ?? 'null')));
  }
  return lines;
};
