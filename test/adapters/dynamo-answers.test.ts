import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamoEntries } from '../../shared/adapters/dynamo-answers.ts';
import { fakeAws, fakeClientConfig } from '../support/fake-aws.ts';
import { keyArn, region } from '../support/records.ts';

const item = (sk: string) => ({
  pk: { S: `KEY#${keyArn}` },
  sk: { S: sk },
  doc: { S: JSON.stringify({ call: {}, decision: {}, verdicts: [], eventID: 'e1', sk }) },
});

const found = async (...sks: readonly string[]) => {
  await using fake = await fakeAws(() => ({ body: { Items: sks.map(item) } }));
  const client = new DynamoDBClient(fakeClientConfig(fake, region));
  return await dynamoEntries({ client, tableName: 'ledger' }).find(keyArn, 'e1');
};

const event = 'ENTRY#2026-11-20T09:14:07Z#e1#deletion-guard';
const brought = 'ENTRY#2026-11-21T02:00:00.000Z#e1#deletion-guard#n1';

test('the entry about an event is that of the event, rather than of a sweep that brought it again', async () => {
  expect(await found(brought, event)).toMatchObject({ sk: event });
});

test('where the event was lost it is that of a sweep', async () => {
  expect(await found(brought)).toMatchObject({ sk: brought });
});

test('another event is not it', async () => {
  expect(await found('ENTRY#2026-11-20T09:14:07Z#e12#deletion-guard')).toBeNull();
});
