import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { SweepBook, SweepSummary } from '../sweep/sweep-summary.ts';
import type { LedgerTable } from './dynamo-ledger.ts';
import { faultsAreRetryable } from './ledger-faults.ts';
import { sweepItemKey, sweepsPartition, text } from './ledger-items.ts';

// The ledger's own document: written by this code, so only its presence is checked.
const summarySchema = z.custom<SweepSummary>(
  (value) => typeof value === 'object' && value !== null && 'prefix' in value,
);

/** Summaries of sweeps, in the order in which they began. */
export const dynamoSweeps = ({ client, tableName }: LedgerTable): SweepBook => ({
  save: (summary) =>
    faultsAreRetryable(
      client
        .send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...sweepItemKey(summary), doc: text(JSON.stringify(summary)) },
          }),
        )
        .then(() => undefined),
    ),
  last: () => faultsAreRetryable(last({ client, tableName })),
});

const last = async ({ client, tableName }: LedgerTable): Promise<SweepSummary | null> => {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': text(sweepsPartition) },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const doc = items[0]?.['doc']?.S;
  return doc === undefined ? null : summarySchema.parse(JSON.parse(doc));
};
