import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, test } from 'vitest';
import { eventHistory } from '../../shared/adapters/event-history.ts';
import { rememberingCloudTrail } from '../../shared/adapters/sweep-clients.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { failedDecrypt } from '../support/failed-decrypt.ts';
import { fakeAws, fakeClientConfig, type FakeRequest, type Reply } from '../support/fake-aws.ts';
import { keyArn, region } from '../support/perfect-key.ts';

type RecordOf = ReturnType<typeof failedDecrypt>;
const item = (record: RecordOf) => ({
  EventId: record.eventID,
  EventName: record.eventName,
  EventTime: Date.parse(record.eventTime) / 1000,
  CloudTrailEvent: JSON.stringify(record),
});

type Filed = {
  /** Found by the ARN of the key. */
  readonly byKey?: readonly RecordOf[];
  /** Found by the name of the call. */
  readonly byName?: readonly RecordOf[];
  /** There is always another page. */
  readonly endless?: boolean;
};

const answerOf =
  ({ byKey = [], byName = [], endless = false }: Filed) =>
  ({ body }: FakeRequest): Reply => {
    const asked = JSON.stringify(body['LookupAttributes']);
    const named = byName.filter(({ eventName }) => asked.includes(`"${eventName}"`));
    const found = asked.includes('ResourceName') ? byKey : named;
    const since = body['StartTime'];
    const Events = found.map(item).filter(({ EventTime }) => typeof since !== 'number' || EventTime >= since);
    return { body: { Events, ...(endless ? { NextToken: 'more' } : {}) } };
  };

const looked = async (filed: Filed, since: string | null = null) => {
  await using fake = await fakeAws(answerOf(filed));
  const history = eventHistory((where) => new CloudTrailClient(fakeClientConfig(fake, where)), []);
  const fact = await history.failedUses(keyArn, since);
  const asked = fake.requests.map(({ body }) => {
    const [attribute] = Array.isArray(body['LookupAttributes']) ? body['LookupAttributes'] : [];
    return `${attribute?.AttributeKey}=${attribute?.AttributeValue}`;
  });
  return { fact, asked, requests: fake.requests };
};

const at = (eventTime: string) => failedDecrypt({ eventTime });

describe('failed uses of a key', () => {
  test('are asked for by its ARN, in its Region, since a time, newest first', async () => {
    const byKey = [at('2026-11-21T08:00:00Z'), at('2026-11-22T08:00:00Z'), at('2026-10-01T08:00:00Z')];
    const { fact, asked, requests } = await looked({ byKey }, '2026-11-20T00:00:00.000Z');
    expect(fact).toMatchObject({
      known: true,
      value: [{ at: '2026-11-22T08:00:00Z' }, { at: '2026-11-21T08:00:00Z' }],
    });
    expect(asked).toEqual([`ResourceName=${keyArn}`]);
    expect(requests[0]).toMatchObject({
      region,
      body: { StartTime: Date.parse('2026-11-20T00:00:00Z') / 1000, MaxResults: 50 },
    });
  });

  test('are searched for among the commonest calls where CloudTrail files none under the key', async () => {
    const foreign = failedDecrypt({
      resources: null,
      errorMessage: 'arn:aws:kms:eu-west-1:111122223333:key/x is pending deletion.',
    });
    const byName = [
      failedDecrypt({ resources: null }),
      foreign,
      failedDecrypt({ errorCode: null }),
      failedDecrypt({ eventName: 'GenerateDataKey', eventTime: '2026-11-22T09:00:00Z' }),
      at('2026-10-01T08:00:00Z'),
    ];
    const { fact, asked } = await looked({ byName }, '2026-11-20T00:00:00.000Z');
    expect(asked).toEqual([`ResourceName=${keyArn}`, 'EventName=Decrypt', 'EventName=GenerateDataKey']);
    expect(fact).toEqual({
      known: true,
      value: [
        expect.objectContaining({ operation: 'GenerateDataKey' }),
        expect.objectContaining({ operation: 'Decrypt', at: '2026-11-22T08:14:07Z' }),
      ],
    });
  });

  test('nobody failed: known, and said to be a part where CloudTrail holds more', async () => {
    expect((await looked({})).fact).toEqual({ known: true, value: [] });
    const { fact, asked } = await looked({ endless: true });
    expect(fact).toMatchObject({ known: true, value: [], detail: expect.stringContaining('newest 150') });
    expect(asked).toHaveLength(9);
  });

  test('records that cannot be read do not count', async () => {
    const broken = { ...failedDecrypt(), eventTime: 'yesterday' };
    expect((await looked({ byKey: [broken] })).fact).toMatchObject({ value: [] });
  });

  test('a missing permission is named, throttling is a fault', async () => {
    const failing = async (error: string) => {
      await using fake = await fakeAws(() => ({ error }));
      const history = eventHistory((where) => new CloudTrailClient(fakeClientConfig(fake, where)), []);
      return await history.failedUses(keyArn, null).catch((fault: unknown) => fault);
    };
    expect(await failing('AccessDeniedException')).toMatchObject({ known: false, reason: 'access-denied' });
    expect(await failing('ThrottlingException')).toBeInstanceOf(RetryableFault);
  });
});

test('in a sweep the commonest calls are asked for once, and what is about one key is not kept', async () => {
  await using fake = await fakeAws(answerOf({}));
  const taken: string[] = [];
  const gate = {
    take: async (api: string) => void taken.push(api),
    throttled: () => undefined,
    calls: () => ({}),
    rate: () => 1,
  };
  const client = rememberingCloudTrail(fakeClientConfig(fake, region), gate);
  const history = eventHistory(() => client, []);
  for (const key of [keyArn, `${keyArn}1`, keyArn]) await history.failedUses(key, null);
  expect(taken).toHaveLength(3 + 2);
});
