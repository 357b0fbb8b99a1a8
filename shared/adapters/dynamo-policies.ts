import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { PolicyVersion } from '../facts/facts.ts';
import { type LearnedVersions, type ListedVersion, withVersion } from '../ledger/policy-versions.ts';
import { type Ledger, RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { expiry, policyKey, policyListKey, restoreKey, text } from './ledger-items.ts';

/** The list of a key's versions is one item, each text another: only `GetItem` and writes are needed, and no `Query`. */
const listSchema = z.custom<readonly ListedVersion[]>((value) => Array.isArray(value));

export const policies = async (table: LedgerTable, keyArn: string): Promise<readonly PolicyVersion[]> => {
  const { versions } = await listOf(table, keyArn);
  const texts = await Promise.all(versions.map((version) => textOf(table, keyArn, version)));
  return versions.flatMap(({ at, source, good }, index) => {
    const policy = texts[index];
    return policy === undefined ? [] : [{ policy, at, source, good }];
  });
};

type List = { readonly versions: readonly ListedVersion[]; readonly doc: string | null };

const listOf = async ({ client, tableName }: LedgerTable, keyArn: string): Promise<List> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: policyListKey(keyArn), ConsistentRead: true }),
  );
  const doc = item?.['doc']?.S ?? null;
  return { versions: doc === null ? [] : listSchema.parse(JSON.parse(doc)), doc };
};

const textOf = async (
  { client, tableName }: LedgerTable,
  keyArn: string,
  version: ListedVersion,
): Promise<string | undefined> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: policyKey(keyArn, version), ConsistentRead: true }),
  );
  return item?.['doc']?.S;
};

/** List and text in one transaction, if nobody wrote the list meanwhile; a few tries. */
export const learnPolicy = async (
  table: LedgerTable,
  { keyArn, version }: Parameters<Ledger['learnPolicy']>[0],
): Promise<void> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const { versions, doc } = await listOf(table, keyArn);
    const learned = withVersion(versions, version);
    if (JSON.stringify(learned.versions) === doc) return;
    if (await write(table, itemsOf(table, { keyArn, version, was: doc, learned }))) return;
    await pause(attempt);
  }
  throw new RetryableFault(`the policies of ${keyArn} change too fast to be written`);
};

type Change = {
  readonly keyArn: string;
  readonly version: PolicyVersion;
  readonly was: string | null;
  readonly learned: LearnedVersions;
};

const itemsOf = (
  { tableName }: LedgerTable,
  { keyArn, version, was, learned: { versions, added, dropped } }: Change,
): TransactWriteItem[] => {
  const add: TransactWriteItem[] =
    added === null
      ? []
      : [{ Put: { TableName: tableName, Item: { ...policyKey(keyArn, added), doc: text(version.policy) } } }];
  // A version that leaves the list expires by itself: the guard may delete nothing from its ledger.
  const drop = dropped
    .filter((each) => each !== added)
    .map((each) => ({
      Update: {
        TableName: tableName,
        Key: policyKey(keyArn, each),
        UpdateExpression: 'SET expiresAt = :expiry',
        ExpressionAttributeValues: { ':expiry': expiry(Date.parse(version.at)) },
      },
    }));
  return [
    {
      Put: {
        TableName: tableName,
        Item: { ...policyListKey(keyArn), doc: text(JSON.stringify(versions)) },
        ConditionExpression: was === null ? 'attribute_not_exists(pk)' : 'doc = :was',
        ...(was === null ? {} : { ExpressionAttributeValues: { ':was': text(was) } }),
      },
    },
    ...(added !== null && dropped.includes(added) ? [] : add),
    ...drop,
  ];
};

const write = async ({ client }: LedgerTable, items: TransactWriteItem[]): Promise<boolean> => {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return false;
    throw error;
  }
};

/** Without an expiry: the same text is never fought over again. */
export const claimRestore = async (
  { client, tableName }: LedgerTable,
  { keyArn, policyHash, eventID, now }: Parameters<Ledger['claimRestore']>[0],
): Promise<boolean> => {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...restoreKey(keyArn, policyHash), eventID: text(eventID), at: text(new Date(now).toISOString()) },
        ConditionExpression: 'attribute_not_exists(pk) OR eventID = :eventID',
        ExpressionAttributeValues: { ':eventID': text(eventID) },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
