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
  const { account, region, keyArn } = entry.call;
  const about = { rule: 'policy-public', verdict: 'violation', severity: 'high', account, region, keyArn };
  const doc = JSON.stringify({ ...about, id: 'finding-1', message: 'public', data: {}, status: 'open', at: entry.at });
  const text = (value: string) => ({ S: value });
  const Item = { doc: text(doc), status: text('open'), firstSeen: text(entry.at), lastSeen: text(entry.at) };
  await using fake = await fakeAws(({ action }) => ({
    body: action === 'GetItem' ? { Item: { ...Item, history: text('[]'), rev: { N: '3' } } } : {},
  }));
  const client = new DynamoDBClient(fakeClientConfig(fake, 'eu-west-1'));
  await dynamoLedger({ client, tableName: 'ledger' }).settle(entry);
  const calls = fake.requests.map(({ action }) => action);
  expect(calls).toEqual(['GetItem', 'PutItem', 'GetItem', 'PutItem', 'TransactWriteItems']);
  expect(fake.requests[1]?.body).toMatchObject({
    Item: { status: { S: 'resolved' }, resolvedAt: { S: entry.at }, rev: { N: '4' } },
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': { N: '3' } },
  });
});
