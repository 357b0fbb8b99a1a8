import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { ClaimResult, Intent, KeyRecord, Observation } from '../ledger/entries.ts';
import { learned } from '../ledger/observe.ts';
import { type Ledger, RetryableFault } from '../ports.ts';
import { pause } from './contention.ts';
import { takeRemedySlot } from './dynamo-breaker.ts';
import { claimRestore, learnPolicy, policies } from './dynamo-policies.ts';
import { settle, settleUnreadable } from './dynamo-settle.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { claimKey, expiry, number, recordKey, text } from './ledger-items.ts';
import { replaceDoc } from './replace-doc.ts';

/** Where the ledger is. */
export type LedgerTable = { readonly client: DynamoDBClient; readonly tableName: string };

/**
 * The ledger on DynamoDB. Claims are conditional writes, so that of two deliveries of one event one wins.
 * @throws RetryableFault when DynamoDB does not answer; the SDK has retried by then.
 */
export const dynamoLedger = (table: LedgerTable): Ledger => ({
  claim: (input) => faultsAreRetryable(claim(table, input)),
  saveIntent: (input) => faultsAreRetryable(saveIntent(table, input)),
  settle: (entry) => faultsAreRetryable(settle(table, entry)),
  settleUnreadable: (input) => faultsAreRetryable(settleUnreadable(table, input)),
  key: (keyArn) => faultsAreRetryable(keyRecord(table, keyArn).then((found) => found?.record ?? null)),
  learn: (observation) => faultsAreRetryable(learn(table, observation)),
  policies: (keyArn) => faultsAreRetryable(policies(table, keyArn)),
  learnPolicy: (input) => faultsAreRetryable(learnPolicy(table, input)),
  claimRestore: (input) => faultsAreRetryable(claimRestore(table, input)),
  takeRemedySlot: (input) => faultsAreRetryable(takeRemedySlot(table, input)),
});

/** Takes the lease when nobody holds it; the refused item tells whether the event is settled or busy. */
const claim = async (
  { client, tableName }: LedgerTable,
  { guard, eventID, now, leaseInSeconds }: Parameters<Ledger['claim']>[0],
): Promise<ClaimResult> => {
  try {
    const answer = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: claimKey(guard, eventID),
        UpdateExpression: 'SET leaseUntil = :until, expiresAt = :expiry ADD attempts :one',
        ConditionExpression: 'attribute_not_exists(pk) OR (attribute_not_exists(settledAt) AND leaseUntil < :now)',
        ExpressionAttributeValues: {
          ':until': number(now + leaseInSeconds * 1000),
          ':now': number(now),
          ':one': number(1),
          ':expiry': expiry(now),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    const intent = answer.Attributes?.['intent']?.S;
    return {
      claim: 'claimed',
      attempt: Number(answer.Attributes?.['attempts']?.N ?? '1'),
      intent: intent === undefined ? null : intentSchema.parse(JSON.parse(intent)),
    };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item?.['settledAt'] === undefined ? { claim: 'busy' } : { claim: 'duplicate' };
  }
};

// The ledger's own documents: written by this code, so only their presence is checked.
const intentSchema = z.custom<Intent>((value) => typeof value === 'object' && value !== null && 'decision' in value);
const recordSchema = z.custom<KeyRecord>(
  (value) => typeof value === 'object' && value !== null && 'stateChanges' in value,
);

const saveIntent = async (
  { client, tableName }: LedgerTable,
  { guard, eventID, intent }: Parameters<Ledger['saveIntent']>[0],
): Promise<void> => {
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: claimKey(guard, eventID),
      UpdateExpression: 'SET intent = :intent',
      ExpressionAttributeValues: { ':intent': text(JSON.stringify(intent)) },
    }),
  );
};

const keyRecord = async (
  { client, tableName }: LedgerTable,
  keyArn: string,
): Promise<{ readonly record: KeyRecord; readonly doc: string } | null> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: recordKey(keyArn), ConsistentRead: true }),
  );
  const doc = item?.['doc']?.S;
  return doc === undefined ? null : { record: recordSchema.parse(JSON.parse(doc)), doc };
};

/** Read, merge, write if nobody wrote meanwhile; a few tries, for events about one key often come together. */
const learn = async (table: LedgerTable, observation: Observation): Promise<void> => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const found = await keyRecord(table, observation.keyArn);
    const doc = JSON.stringify(learned(found?.record ?? null, observation));
    if (
      doc === found?.doc ||
      (await replaceDoc(table, { key: recordKey(observation.keyArn), was: found?.doc ?? null, doc }))
    )
      return;
    await pause(attempt);
  }
  throw new RetryableFault(`the record of ${observation.keyArn} changes too fast to be written`);
};
