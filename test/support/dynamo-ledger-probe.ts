import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamoLedger } from '../../shared/adapters/dynamo-ledger.ts';
import { findingKey } from '../../shared/adapters/ledger-items.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';

const documentSchema = z.object({ message: z.string() });

/** The ledger on DynamoDB, for `ledgerContract`. The table must be empty. */
export const dynamoLedgerUnderTest = (table: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): LedgerUnderTest => ({
  ledger: dynamoLedger(table),
  finding: async (of) => {
    const { Item: item } = await table.client.send(
      new GetItemCommand({ TableName: table.tableName, Key: findingKey(of), ConsistentRead: true }),
    );
    if (item === undefined) return null;
    const { message } = documentSchema.parse(JSON.parse(item['doc']?.S ?? ''));
    return { status: item['status']?.S ?? '', firstSeen: item['firstSeen']?.S ?? '', message };
  },
});
