import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { clientSettings } from '../../local/demo/guarded-aws.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { dynamoLedgerUnderTest } from '../support/dynamo-ledger-probe.ts';
import { ledgerContract } from '../support/ledger-contract.ts';

let aws: LocalAws;
let client: DynamoDBClient;

beforeAll(async () => {
  aws = await startLocalAws();
  client = new DynamoDBClient(clientSettings(aws));
}, 180_000);

afterAll(async () => {
  await aws.stop();
}, 60_000);

describe('the ledger on DynamoDB', () => {
  ledgerContract(async () => {
    const tableName = `ledger-${randomUUID()}`;
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [attribute('pk'), attribute('sk')],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    return dynamoLedgerUnderTest({ client, tableName });
  });
});
