import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, describe } from 'vitest';
import { dynamoLedgerUnderTest } from '../support/dynamo-ledger-probe.ts';
import { type FakeAws, fakeAws, fakeClientConfig } from '../support/fake-aws.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { memoryDynamo } from '../support/memory-dynamo.ts';

/** The adapter as it is, the SDK as it is, and conditional writes that are really refused. */
describe('the ledger on DynamoDB in memory', () => {
  const open: { fake: FakeAws; client: DynamoDBClient }[] = [];

  ledgerContract(async () => {
    const dynamo = memoryDynamo();
    const fake = await fakeAws(dynamo.answer);
    const client = new DynamoDBClient(fakeClientConfig(fake, 'eu-west-1'));
    open.push({ fake, client });
    return dynamoLedgerUnderTest({ client, tableName: 'ledger' });
  });

  afterAll(async () => {
    for (const { fake, client } of open) {
      client.destroy();
      await fake[Symbol.asyncDispose]();
    }
  });
});
