import { createHash } from 'node:crypto';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { pagesRead } from '../../shared/adapters/lookup-events.ts';
import { schedulingHistory } from '../../shared/adapters/scheduling-history.ts';
import { sqsInbox } from '../../shared/adapters/sqs-inbox.ts';
import { rememberingCloudTrail } from '../../shared/adapters/sweep-clients.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { quotaGate } from '../../shared/sweep/quota-gate.ts';
import { fakeAws, fakeClientConfig, type FakeRequest, type Reply } from '../support/fake-aws.ts';
import { keyArn, record, region, scheduleDeletion } from '../support/records.ts';

type Trail = Readonly<Record<string, unknown>>;
const otherKey = keyArn.replace(/.{4}$/, 'ffff');
const scheduled = (eventTime: string, key = keyArn) => scheduleDeletion({ eventTime, eventID: idAt(eventTime), key });
const cancelled = (eventTime: string, key = keyArn) => record({ eventName: 'CancelKeyDeletion', eventTime, key });
const idAt = (eventTime: string): string => `c2a7e9d4-0000-4000-8000-${eventTime.replaceAll(/\D/g, '').slice(0, 12)}`;

const itemOf = (made: Trail) => ({
  EventId: made['eventID'],
  EventName: made['eventName'],
  EventTime: Date.parse(String(made['eventTime'])) / 1000,
  CloudTrailEvent: JSON.stringify(made),
});

/** CloudTrail with these records; asked by name it has so many pages of other keys first. */
const answerOf =
  (records: readonly Trail[], crowd = 0) =>
  ({ body }: FakeRequest): Reply => {
    const asked = JSON.stringify(body['LookupAttributes']);
    if (asked.includes('ResourceName')) {
      return { body: { Events: records.filter((each) => asked.includes(JSON.stringify(keyOf(each)))).map(itemOf) } };
    }
    const page = Number(body['NextToken'] ?? 0);
    if (page < crowd) {
      const name = asked.includes('CancelKeyDeletion') ? cancelled : scheduled;
      return { body: { Events: [itemOf(name('2026-11-25T00:00:00Z', otherKey))], NextToken: String(page + 1) } };
    }
    return { body: { Events: records.filter((each) => asked.includes(`"${String(each['eventName'])}"`)).map(itemOf) } };
  };

const keyOf = ({ requestParameters: request }: Trail): unknown =>
  typeof request === 'object' && request !== null && 'keyId' in request ? request.keyId : null;

const look = async (answer: (request: FakeRequest) => Reply) => {
  await using fake = await fakeAws(answer);
  const history = schedulingHistory((where) => new CloudTrailClient(fakeClientConfig(fake, where)));
  const fact = await history.scheduling(keyArn).catch((thrown: unknown) => thrown);
  const asked = fake.requests.map(({ body, region: where }) => {
    const [attribute] = Array.isArray(body['LookupAttributes']) ? body['LookupAttributes'] : [];
    return `${where} ${attribute?.AttributeKey}=${attribute?.AttributeValue}`;
  });
  return { fact, asked };
};

describe('who scheduled the deletion of a key', () => {
  test('is the newest call on it that KMS carried out, with the record as CloudTrail wrote it', async () => {
    const newest = scheduled('2026-11-20T10:00:00Z');
    const failed = { ...scheduled('2026-11-21T10:00:00Z'), errorCode: 'AccessDenied', responseElements: null };
    const foreign = scheduled('2026-11-22T10:00:00Z', otherKey);
    const { fact, asked } = await look(answerOf([foreign, scheduled('2026-11-01T10:00:00Z'), failed, newest]));
    expect(fact).toMatchObject({
      known: true,
      value: { record: JSON.stringify(newest), call: { eventID: idAt('2026-11-20T10:00:00Z'), keyArn } },
    });
    expect(asked).toEqual([`${region} EventName=ScheduleKeyDeletion`, `${region} EventName=CancelKeyDeletion`]);
  });

  test('is asked for by the key where very many deletions were scheduled since', async () => {
    const { fact, asked } = await look(answerOf([scheduled('2026-11-20T10:00:00Z')], pagesRead));
    expect(fact).toMatchObject({ known: true, value: { call: { keyArn } } });
    expect(asked.filter((each) => each.includes('ScheduleKeyDeletion'))).toHaveLength(pagesRead);
    expect(asked).toContain(`${region} ResourceName=${keyArn}`);
  });

  test('is not known where CloudTrail shows none', async () => {
    const { fact } = await look(answerOf([scheduled('2026-11-20T10:00:00Z', otherKey)]));
    expect(fact).toMatchObject({ known: false, reason: 'not-found', detail: expect.stringContaining('shows no') });
  });

  test('is not known where that deletion was cancelled: the key waits because of another one', async () => {
    const [first, since] = [scheduled('2026-11-20T10:00:00Z'), cancelled('2026-11-20T10:00:01Z')];
    expect((await look(answerOf([first, since]))).fact).toMatchObject({ known: false, reason: 'not-found' });
    const again = scheduled('2026-11-20T10:00:02Z');
    expect((await look(answerOf([first, since, again]))).fact).toMatchObject({
      known: true,
      value: { call: { eventTime: '2026-11-20T10:00:02Z' } },
    });
    const other = cancelled('2026-11-20T10:00:03Z', otherKey);
    expect((await look(answerOf([first, other]))).fact).toMatchObject({ known: true });
  });

  test('a refusal is unknown and names the permission; throttling may pass', async () => {
    expect((await look(() => ({ error: 'AccessDeniedException' }))).fact).toMatchObject({
      known: false,
      reason: 'access-denied',
      detail: expect.stringContaining('cloudtrail:LookupEvents'),
    });
    expect((await look(() => ({ error: 'ThrottlingException' }))).fact).toBeInstanceOf(RetryableFault);
  });

  test('costs a Region two look-ups, however many keys wait in it', async () => {
    await using fake = await fakeAws(
      answerOf([scheduled('2026-11-20T10:00:00Z'), scheduled('2026-11-20T10:00:00Z', otherKey)]),
    );
    let time = Date.parse('2026-11-21T02:00:00Z');
    const clock = { now: () => time, sleep: async (milliseconds: number) => void (time += milliseconds) };
    const client = rememberingCloudTrail(fakeClientConfig(fake, region), quotaGate(clock));
    const history = schedulingHistory(() => client);
    for (const key of [keyArn, otherKey, keyArn]) {
      expect(await history.scheduling(key)).toMatchObject({ known: true, value: { call: { keyArn: key } } });
    }
    expect(fake.requests).toHaveLength(2);
  });
});

describe('the inbox of the guard', () => {
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/Inbox';

  test('takes the body as it is', async () => {
    await using fake = await fakeAws(({ body }) => ({
      body: { MessageId: 'm', MD5OfMessageBody: createHash('md5').update(String(body['MessageBody'])).digest('hex') },
    }));
    await sqsInbox(new SQSClient(fakeClientConfig(fake, region)), queueUrl).put('{"a":1}');
    expect(fake.requests).toMatchObject([
      { action: 'SendMessage', body: { QueueUrl: queueUrl, MessageBody: '{"a":1}' } },
    ]);
  });

  test('that does not take it is tried again', async () => {
    await using fake = await fakeAws(() => ({ error: 'AccessDenied' }));
    const inbox = sqsInbox(new SQSClient(fakeClientConfig(fake, region)), queueUrl);
    await expect(inbox.put('{}')).rejects.toThrow(RetryableFault);
  });
});
