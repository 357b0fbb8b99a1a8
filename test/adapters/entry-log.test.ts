import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamoEntries } from '../../shared/adapters/entry-log.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { type FakeRequest, fakeAws, type Reply } from '../support/fake-aws.ts';

const from = '2026-11-15T06:00:00.000Z';
const to = '2026-11-22T06:00:00.000Z';
const item = (eventID: string, at: string) => ({ doc: { S: JSON.stringify({ eventID, at, call: {} }) } });

const read = async (answer: (request: FakeRequest) => Reply) => {
  await using aws = await fakeAws(answer);
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = new DynamoDBClient({ endpoint: aws.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const found: string[] = [];
  for await (const { eventID } of dynamoEntries({ client, tableName: 'ledger' }).between(from, to)) found.push(eventID);
  return { found, requests: [...aws.requests] };
};

test('entries that were recorded in the period, page by page; an event may have waited for two weeks', async () => {
  const pages = [
    { Items: [item('early', '2026-11-15T05:59:59.999Z'), item('first', from)], LastEvaluatedKey: { pk: { S: 'a' } } },
    { Items: [item('last', to), item('late', '2026-11-22T06:00:00.001Z')] },
  ];
  const { found, requests } = await read(({ body }) => ({ body: pages['ExclusiveStartKey' in body ? 1 : 0] }));
  expect(found).toEqual(['first', 'last']);
  expect(requests[0]).toMatchObject({
    action: 'Scan',
    body: {
      TableName: 'ledger',
      ProjectionExpression: 'doc',
      ExpressionAttributeValues: { ':from': { S: 'ENTRY#2026-11-01T06:00:00.000Z' }, ':to': { S: `ENTRY#${to}~` } },
    },
  });
});

test('a ledger that does not answer is tried again', async () => {
  await expect(read(() => ({ error: 'InternalServerError', status: 500 }))).rejects.toThrow(RetryableFault);
});
