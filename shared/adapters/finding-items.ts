import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  type Put,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { FindingBook, FindingPlace } from '../finding-book.ts';
import type { Finding } from '../ledger/entries.ts';
import type { StatusChange, StoredFinding } from '../ledger/finding-history.ts';
import { RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { findingKey, type Item, number, text } from './ledger-items.ts';

// The ledger's own documents: written by this code, so only their presence is checked.
const findingSchema = z.custom<Finding>((value) => typeof value === 'object' && value !== null && 'rule' in value);
const historySchema = z.custom<readonly StatusChange[]>((value) => Array.isArray(value));
const statusSchema = z.enum(['open', 'resolved', 'waived', 'approved']);

/** A finding with the number of its last writing: the next writer must know it. */
export type ReadFinding = { readonly finding: StoredFinding; readonly rev: string };

export const readFinding = async (
  { client, tableName }: LedgerTable,
  place: FindingPlace,
): Promise<ReadFinding | null> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: findingKey(place), ConsistentRead: true }),
  );
  return item === undefined ? null : parseFinding(item);
};

/** The write of a finding, if nobody wrote it since it was read. */
export const putFinding = (
  tableName: string,
  finding: StoredFinding,
  was: ReadFinding | null,
): Put & { Item: Item } => {
  const { firstSeen, lastSeen, resolvedAt, history, ...doc } = finding;
  return {
    TableName: tableName,
    Item: {
      ...findingKey(finding),
      doc: text(JSON.stringify(doc)),
      status: text(finding.status),
      firstSeen: text(firstSeen),
      lastSeen: text(lastSeen),
      ...(resolvedAt === null ? {} : { resolvedAt: text(resolvedAt) }),
      history: text(JSON.stringify(history)),
      rev: number(Number(was?.rev ?? 0) + 1),
    },
    ...(was === null
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: { ':rev': { N: was.rev } } }),
  };
};

export const parseFinding = (item: Readonly<Record<string, AttributeValue>>): ReadFinding => {
  const of = (name: string): string | undefined => item[name]?.S;
  const doc = findingSchema.parse(JSON.parse(of('doc') ?? 'null'));
  const firstSeen = of('firstSeen') ?? doc.at;
  const status = statusSchema.parse(of('status'));
  const finding = {
    ...doc,
    status,
    firstSeen,
    lastSeen: of('lastSeen') ?? doc.at,
    resolvedAt: of('resolvedAt') ?? null,
    history: historySchema.parse(JSON.parse(of('history') ?? '[]')),
  };
  return { finding, rev: item['rev']?.N ?? '0' };
};

/** See `FindingBook.change`. */
export const changeFinding = async (
  table: LedgerTable,
  place: FindingPlace,
  next: Parameters<FindingBook['change']>[1],
): Promise<StoredFinding | null> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const was = await readFinding(table, place);
    const finding = next(was?.finding ?? null);
    if (finding === null) return was?.finding ?? null;
    try {
      await table.client.send(new PutItemCommand(putFinding(table.tableName, finding, was)));
      return finding;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    await pause(attempt);
  }
  throw new RetryableFault(`the finding ${place.id} changes too fast to be written`);
};
