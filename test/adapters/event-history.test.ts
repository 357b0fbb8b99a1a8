import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, test } from 'vitest';
import { eventHistory } from '../../shared/adapters/event-history.ts';
import { pagesRead } from '../../shared/adapters/lookup-events.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { type FakeAws, fakeAws, fakeClientConfig, type FakeRequest, type Reply } from '../support/fake-aws.ts';
import { account, keyArn, region } from '../support/perfect-key.ts';

const historyAt = (fake: FakeAws) =>
  eventHistory((where) => new CloudTrailClient(fakeClientConfig(fake, where)), [guardRole]);
const otherKey = `arn:aws:kms:${region}:${account}:key/ffffffff-1111-2222-3333-444455556666`;
const guardRole = `arn:aws:iam::${account}:role/kms-guard/deletion-guard`;
const actorArn = `arn:aws:sts::${account}:assumed-role/KeyAdmin/dana`;

type Made = { readonly name: string; readonly at: string; readonly key?: string; readonly more?: object };

/** One item of LookupEvents, with the record as the string that CloudTrail gives. */
const item = ({ name, at, key = keyArn, more = {} }: Made, index: number) => {
  const created = { keyMetadata: { arn: key, keyId: key.split('/')[1], keyState: 'Enabled' } };
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: actorArn, accountId: account, principalId: 'AROAEXAMPLE:dana' },
    eventTime: at,
    eventSource: 'kms.amazonaws.com',
    eventName: name,
    awsRegion: region,
    requestParameters: name === 'CreateKey' ? { origin: 'AWS_KMS' } : { keyId: key },
    responseElements: name === 'CreateKey' ? created : { keyId: key },
    eventID: `c2a7e9d4-0000-4000-8000-00000000${String(index).padStart(4, '0')}`,
    readOnly: false,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  };
  return {
    EventId: record.eventID,
    EventName: name,
    EventTime: Date.parse(at) / 1000,
    CloudTrailEvent: JSON.stringify(record),
  };
};

/** CloudTrail with these events, newest first, so many on a page. */
const cloudTrail = (made: readonly Made[], pageSize = 50) =>
  fakeAws(({ body }: FakeRequest): Reply => {
    const wanted = JSON.stringify(body['LookupAttributes']);
    const found = made.map(item).filter(({ EventName }) => wanted.includes(`"${EventName}"`));
    const sorted = found.sort((a, b) => b.EventTime - a.EventTime);
    const from = Number(body['NextToken'] ?? 0);
    const next = from + pageSize;
    const Events = sorted.slice(from, next);
    return { body: { Events, ...(next < sorted.length ? { NextToken: String(next) } : {}) } };
  });

const changes = async (made: readonly Made[], pageSize?: number) => {
  await using fake = await cloudTrail(made, pageSize);
  return { fact: await historyAt(fake).stateChanges(keyArn), requests: fake.requests };
};

const enabled = (at: string): Made => ({ name: 'EnableKey', at });
const disabled = (at: string): Made => ({ name: 'DisableKey', at });
const cancelled = (at: string): Made => ({ name: 'CancelKeyDeletion', at });
const created = (at: string): Made => ({ name: 'CreateKey', at });

describe('changes of state', () => {
  test('newest first, whichever call made them', async () => {
    const { fact, requests } = await changes([
      disabled('2026-11-01T10:00:00Z'),
      enabled('2026-11-02T10:00:00Z'),
      disabled('2026-11-03T10:00:00Z'),
    ]);
    expect(fact).toMatchObject({
      known: true,
      value: [
        { state: 'Disabled', at: '2026-11-03T10:00:00Z', actorArn, source: 'c2a7e9d4-0000-4000-8000-000000000002' },
        { state: 'Enabled', at: '2026-11-02T10:00:00Z' },
        { state: 'Disabled', at: '2026-11-01T10:00:00Z' },
      ],
    });
    expect(requests.map(({ action, region: where }) => `${where} ${action}`)).toEqual([
      'eu-west-1 LookupEvents',
      'eu-west-1 LookupEvents',
      'eu-west-1 LookupEvents',
    ]);
  });

  test('a deletion that somebody cancelled left the key Disabled', async () => {
    const { fact } = await changes([created('2026-11-01T10:00:00Z'), cancelled('2026-11-02T10:00:00Z')]);
    expect(fact).toMatchObject({ known: true, value: [{ state: 'Disabled', at: '2026-11-02T10:00:00Z' }] });
  });

  test('a deletion that the guard cancelled itself shows nothing that anybody chose', async () => {
    const arn = `arn:aws:sts::${account}:assumed-role/deletion-guard/session`;
    const own = { ...cancelled('2026-11-02T10:00:00Z'), more: { userIdentity: { type: 'AssumedRole', arn } } };
    const { fact } = await changes([created('2026-11-01T10:00:00Z'), own]);
    expect(fact).toMatchObject({ known: true, value: [{ state: 'Enabled', at: '2026-11-01T10:00:00Z' }] });
  });

  test('the making of the key counts where nothing came after', async () => {
    const { fact } = await changes([created('2026-11-01T10:00:00Z')]);
    expect(fact).toMatchObject({ known: true, value: [{ state: 'Enabled', at: '2026-11-01T10:00:00Z' }] });
  });

  test.each([
    ['failed calls', { ...disabled('2026-11-01T10:00:00Z'), more: { errorCode: 'AccessDenied' } }],
    ['other keys', { ...disabled('2026-11-01T10:00:00Z'), key: otherKey }],
    [
      'a key that waits for its material',
      { ...created('2026-11-01T10:00:00Z'), more: { requestParameters: { origin: 'EXTERNAL' } } },
    ],
    ['records that cannot be read', { ...disabled('2026-11-01T10:00:00Z'), more: { eventTime: 'yesterday' } }],
  ])('%s do not count', async (_name, made) => {
    const { fact } = await changes([made]);
    expect(fact).toEqual({ known: true, value: [] });
  });
});

describe('a long history', () => {
  const noise = (name: string, count: number): readonly Made[] =>
    Array.from({ length: count }, (_, index) => ({
      name,
      key: otherKey,
      at: new Date(Date.parse('2026-11-10T00:00:00Z') + index * 60_000).toISOString(),
    }));

  test('is read for a few pages, to its end if it has one', async () => {
    const { fact, requests } = await changes([...noise('DisableKey', 25), disabled('2026-11-01T10:00:00Z')], 10);
    expect(fact).toMatchObject({ known: true, value: [{ state: 'Disabled' }] });
    expect(requests).toHaveLength(2 + 3);
  });

  test('that is cut before this key is unknown', async () => {
    const { fact, requests } = await changes([...noise('DisableKey', 60), disabled('2026-11-01T10:00:00Z')], 10);
    expect(fact).toMatchObject({ known: false, reason: 'failed' });
    expect(requests).toHaveLength(2 + pagesRead);
  });

  test('that is cut hides what may be newer than an older change', async () => {
    const { fact } = await changes([...noise('DisableKey', 60), enabled('2026-11-01T10:00:00Z')], 10);
    expect(fact).toMatchObject({ known: false, reason: 'failed' });
  });

  test('that is cut still tells the newest change, and that there may be more', async () => {
    const { fact } = await changes([...noise('DisableKey', 60), enabled('2026-11-11T10:00:00Z')], 10);
    expect(fact).toMatchObject({
      known: true,
      value: [{ state: 'Enabled' }],
      detail: expect.stringContaining('not all'),
    });
  });
});

describe('errors', () => {
  const failing = async (reply: Reply): Promise<unknown> => {
    await using fake = await fakeAws(() => reply);
    return await historyAt(fake)
      .stateChanges(keyArn)
      .catch((thrown: unknown) => thrown);
  };

  test('a refusal is unknown, and names the permission', async () => {
    const detail = expect.stringContaining('cloudtrail:LookupEvents');
    expect(await failing({ error: 'AccessDeniedException' })).toMatchObject({
      known: false,
      reason: 'access-denied',
      detail,
    });
  });

  test('throttling is a fault that may pass', async () => {
    expect(await failing({ error: 'ThrottlingException' })).toBeInstanceOf(RetryableFault);
  });
});
