import { TransactionCanceledException, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SlotResult } from '../ledger/entries.ts';
import { type Ledger, RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { expiry, hourKey, number, slotKey, text } from './ledger-items.ts';

type SlotInput = Parameters<Ledger['takeRemedySlot']>[0];

/** Counts one event in its account's and budget's hour, once, and only while there is room. */
export const takeRemedySlot = async (table: LedgerTable, input: SlotInput): Promise<SlotResult> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const answer = await tryToTake(table, input);
    if (answer === 'granted') return { granted: true };
    if (answer === 'full') return { granted: false, first: await isFirstRefusal(table, input) };
    await pause(attempt);
  }
  throw new RetryableFault('the circuit breaker is contended');
};

const tryToTake = async (
  { client, tableName }: LedgerTable,
  { account, budget, eventID, now, limitPerHour }: SlotInput,
): Promise<'granted' | 'full' | 'contended'> => {
  try {
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: tableName,
              Item: { ...slotKey({ account, budget }, eventID), expiresAt: expiry(now) },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Update: {
              TableName: tableName,
              Key: hourKey({ account, budget }, now),
              UpdateExpression: 'SET expiresAt = :expiry ADD remedies :one',
              ConditionExpression: 'attribute_not_exists(remedies) OR remedies < :limit',
              ExpressionAttributeValues: { ':one': number(1), ':limit': number(limitPerHour), ':expiry': expiry(now) },
            },
          },
        ],
      }),
    );
    return 'granted';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [slot, hour] = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    if (slot === 'ConditionalCheckFailed') return 'granted';
    return hour === 'ConditionalCheckFailed' ? 'full' : 'contended';
  }
};

/** One event an hour says that the breaker tripped, also when it is taken up again: its first attempt may not have got so far. */
const isFirstRefusal = async (
  { client, tableName }: LedgerTable,
  { account, budget, eventID, now }: SlotInput,
): Promise<boolean> => {
  const answer = await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: hourKey({ account, budget }, now),
      UpdateExpression: 'SET firstRefused = if_not_exists(firstRefused, :event)',
      ExpressionAttributeValues: { ':event': text(eventID) },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return answer.Attributes?.['firstRefused']?.S === eventID;
};
