import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { clientSettings } from '../../local/demo/guarded-aws.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { dynamoFindings } from '../../shared/adapters/dynamo-findings.ts';
import { dynamoLedger, type LedgerTable } from '../../shared/adapters/dynamo-ledger.ts';
import { dynamoSweeps } from '../../shared/adapters/dynamo-sweeps.ts';
import { dynamoLedgerUnderTest } from '../support/dynamo-ledger-probe.ts';
import { findingContract } from '../support/finding-contract.ts';
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

const emptyTable = async (): Promise<LedgerTable> => {
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
  return { client, tableName };
};

describe('the ledger on DynamoDB', () => {
  ledgerContract(async () => dynamoLedgerUnderTest(await emptyTable()));
});

describe('its findings and sweeps', () => {
  findingContract(async () => {
    const table = await emptyTable();
    return { ledger: dynamoLedger(table), findings: dynamoFindings(table), sweeps: dynamoSweeps(table) };
  });
});
