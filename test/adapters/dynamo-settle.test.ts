import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamoLedger } from '../../shared/adapters/dynamo-ledger.ts';
import { ledgerEntry } from '../../shared/ledger/ledger-entry.ts';
import { fakeAws, fakeClientConfig } from '../support/fake-aws.ts';
import { callOf, scheduleDeletion } from '../support/records.ts';

const entry = {
  ...ledgerEntry({
    guard: 'deletion-guard',
    call: callOf(scheduleDeletion()),
    intent: {
      verdicts: [],
      decision: { action: 'ignore', remedy: null, wouldRemedy: null, severity: 'info', reasons: [{ id: 'compliant' }] },
    },
    outcomes: [],
    now: Date.parse('2026-11-20T09:15:00Z'),
  }),
  resolved: ['finding-1', 'finding-2'],
};

test('findings are resolved before the claim is settled: after it nobody comes back to them', async () => {
  await using fake = await fakeAws(() => ({ body: {} }));
  const client = new DynamoDBClient(fakeClientConfig(fake, 'eu-west-1'));
  await dynamoLedger({ client, tableName: 'ledger' }).settle(entry);
  expect(fake.requests.map(({ action }) => action)).toEqual(['UpdateItem', 'UpdateItem', 'TransactWriteItems']);
});
