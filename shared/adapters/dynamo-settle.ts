import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { workId } from '../calls/brought.ts';
import type { Finding, LedgerEntry } from '../ledger/entries.ts';
import { resolved, seen } from '../ledger/finding-history.ts';
import { type Ledger, RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { changeFinding, putFinding, readFinding } from './finding-items.ts';
import { claimKey, entryKey, text } from './ledger-items.ts';

/** The findings that are resolved; then the entry, its findings and the end of its claim: all of it or nothing. */
export const settle = async (table: LedgerTable, entry: LedgerEntry): Promise<void> => {
  const { tableName } = table;
  const items: readonly TransactWriteItem[] = [
    { Put: { TableName: tableName, Item: { ...entryKey(entry), doc: text(JSON.stringify(entry)) } } },
    {
      Update: {
        TableName: tableName,
        Key: claimKey(entry.guard, workId(entry.eventID, entry.broughtBy ?? null)),
        UpdateExpression: 'SET settledAt = :at',
        ExpressionAttributeValues: { ':at': text(entry.at) },
      },
    },
  ];
  const { account, region } = entry.call;
  // Before the claim is settled, for nobody would come back to it after a crash.
  for (const id of entry.resolved) {
    await changeFinding(table, { account, region, id }, (before) => resolved(before, entry.at));
  }
  await transact(table, async () => [
    ...items,
    ...(await Promise.all(entry.findings.map((finding) => seenItem(table, finding)))),
  ]);
};

/** First seen and the history stay, everything else is the latest. */
const seenItem = async (table: LedgerTable, finding: Finding): Promise<TransactWriteItem> => {
  const was = await readFinding(table, finding);
  return { Put: putFinding(table.tableName, seen(was?.finding ?? null, finding), was) };
};

export const settleUnreadable = async (
  table: LedgerTable,
  input: Parameters<Ledger['settleUnreadable']>[0],
): Promise<void> => {
  const { tableName } = table;
  const { guard, eventID, at } = input;
  const doc = text(JSON.stringify(input));
  await transact(table, async () => [
    { Put: { TableName: tableName, Item: { pk: text('UNREADABLE'), sk: text(`${at}#${eventID}`), doc } } },
    {
      Update: {
        TableName: tableName,
        Key: claimKey(guard, eventID),
        UpdateExpression: 'SET settledAt = :at',
        ExpressionAttributeValues: { ':at': text(at) },
      },
    },
  ]);
};

/** Another event about the same key may write the same finding at this moment: tried again at once, a few times. */
const transact = async ({ client }: LedgerTable, itemsNow: () => Promise<TransactWriteItem[]>): Promise<void> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: await itemsNow() }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      await pause(attempt);
    }
  }
  throw new RetryableFault('the ledger is contended: the entry could not be written');
};
