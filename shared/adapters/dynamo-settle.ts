import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Finding, LedgerEntry } from '../ledger/entries.ts';
import { type Ledger, RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { claimKey, entryKey, findingKey, text } from './ledger-items.ts';

/** The findings that are resolved; then the entry, its findings and the end of its claim: all of it or nothing. */
export const settle = async (table: LedgerTable, entry: LedgerEntry): Promise<void> => {
  const { tableName } = table;
  const items: TransactWriteItem[] = [
    { Put: { TableName: tableName, Item: { ...entryKey(entry), doc: text(JSON.stringify(entry)) } } },
    {
      Update: {
        TableName: tableName,
        Key: claimKey(entry.guard, entry.eventID),
        UpdateExpression: 'SET settledAt = :at',
        ExpressionAttributeValues: { ':at': text(entry.at) },
      },
    },
    ...entry.findings.map((finding) => upsertFinding(tableName, finding)),
  ];
  // Before the claim is settled, for nobody would come back to it after a crash.
  for (const id of entry.resolved) await resolveFinding(table, { id, entry });
  await transact(table, items);
};

/** First seen stays, everything else is the latest. */
const upsertFinding = (tableName: string, finding: Finding): TransactWriteItem => ({
  Update: {
    TableName: tableName,
    Key: findingKey(finding),
    UpdateExpression: 'SET doc = :doc, #status = :status, lastSeen = :at, firstSeen = if_not_exists(firstSeen, :at)',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':doc': text(JSON.stringify(finding)),
      ':status': text(finding.status),
      ':at': text(finding.at),
    },
  },
});

/** Closes a finding that is open; one that never was stays absent. */
const resolveFinding = async (
  { client, tableName }: LedgerTable,
  { id, entry }: { readonly id: string; readonly entry: LedgerEntry },
): Promise<void> => {
  const { account, region } = entry.call;
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: findingKey({ account, region, id }),
        UpdateExpression: 'SET #status = :resolved, resolvedAt = :at',
        ConditionExpression: '#status = :open',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':resolved': text('resolved'), ':open': text('open'), ':at': text(entry.at) },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
  }
};

export const settleUnreadable = async (
  table: LedgerTable,
  input: Parameters<Ledger['settleUnreadable']>[0],
): Promise<void> => {
  const { tableName } = table;
  const { guard, eventID, at } = input;
  const doc = text(JSON.stringify(input));
  await transact(table, [
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
const transact = async ({ client }: LedgerTable, items: TransactWriteItem[]): Promise<void> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      await pause(attempt);
    }
  }
  throw new RetryableFault('the ledger is contended: the entry could not be written');
};
