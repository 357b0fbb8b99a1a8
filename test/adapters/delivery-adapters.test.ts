import { createServer } from 'node:http';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { eventBus } from '../../shared/adapters/event-bus.ts';
import { sqsOutbox } from '../../shared/adapters/outbox.ts';
import { outboxDeadLetters, postponeThrough } from '../../shared/adapters/outbox-receipts.ts';
import { awsSchedules } from '../../shared/adapters/schedules.ts';
import { secretsManager } from '../../shared/adapters/secrets.ts';
import { groupOf } from '../../shared/delivery/outbox-message.ts';
import { outboxAlerter } from '../../shared/delivery/outbox-alerter.ts';
import type { BusEvent } from '../../shared/delivery/ports.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { fakeAws, fakeClientConfig, type Reply } from '../support/fake-aws.ts';
import { deletionAlert } from '../support/memory-notifier.ts';

const region = 'eu-west-1';
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/outbox.fifo';
const clock = { now: () => Date.parse('2026-11-20T09:15:00Z') };
const ok: Reply = { body: {} };

describe('the outbox', () => {
  test('takes an alert once, in the group of its key', async () => {
    await using fake = await fakeAws(() => ok);
    const outbox = sqsOutbox(new SQSClient({ ...fakeClientConfig(fake, region), md5: false }), queueUrl);
    await outboxAlerter(outbox, 'deletion-guard', clock).send(deletionAlert(1));
    await outboxAlerter(outbox, 'deletion-guard', clock).send(deletionAlert(1, { keyState: 'Enabled' }));
    const [first, second] = fake.requests.map(({ body }) => body);
    expect(first).toMatchObject({
      QueueUrl: queueUrl,
      MessageGroupId: groupOf({ kind: 'alert', id: 'x', at: 'y', alert: deletionAlert(1) }),
    });
    expect(first?.['MessageDeduplicationId']).toBe(second?.['MessageDeduplicationId']);
    expect(JSON.parse(String(first?.['MessageBody']))).toMatchObject({ kind: 'alert', alert: deletionAlert(1) });
  });

  test('that takes nothing is a fault: an alert is never dropped', async () => {
    await using fake = await fakeAws(() => ({ error: 'AccessDenied' }));
    const outbox = sqsOutbox(new SQSClient(fakeClientConfig(fake, region)), queueUrl);
    await expect(outboxAlerter(outbox, 'g', clock).send(deletionAlert(1))).rejects.toThrow(RetryableFault);
  });

  test('sets aside a body as it came, with the reason', async () => {
    await using fake = await fakeAws(() => ok);
    const client = new SQSClient({ ...fakeClientConfig(fake, region), md5: false });
    await outboxDeadLetters(client, queueUrl).send({ body: '{"a":1}', group: 'g' }, 'channel_not_found');
    expect(fake.requests[0]?.body).toMatchObject({
      MessageBody: '{"a":1}',
      MessageGroupId: 'g',
      MessageAttributes: { reason: { StringValue: 'channel_not_found' } },
    });
  });

  test('gives a message back later', async () => {
    await using fake = await fakeAws(() => ok);
    const postpone = postponeThrough(new SQSClient(fakeClientConfig(fake, region)), queueUrl);
    await postpone({ messageId: 'm', body: '', group: 'g', receiveCount: 1, receiptHandle: 'r' }, 12.3);
    expect(fake.requests[0]).toMatchObject({
      action: 'ChangeMessageVisibility',
      body: { ReceiptHandle: 'r', VisibilityTimeout: 13 },
    });
  });
});

describe('the event bus', () => {
  const event = (n: number): BusEvent => ({
    detailType: 'kms-guard.finding',
    time: 'x',
    detail: `{"n":${n}}`,
    resources: [],
  });
  const entriesIn = (body: Readonly<Record<string, unknown>>): readonly unknown[] =>
    Array.isArray(body['Entries']) ? body['Entries'] : [];

  test('takes ten events at a time', async () => {
    await using fake = await fakeAws(({ body }) => ({
      body: { Entries: entriesIn(body).map(() => ({ EventId: 'e' })) },
    }));
    const bus = eventBus(new EventBridgeClient(fakeClientConfig(fake, region)), 'bus');
    expect(await bus.put(Array.from({ length: 23 }, (_, n) => event(n)))).toEqual({ ok: true });
    expect(fake.requests.map(({ body }) => entriesIn(body).length)).toEqual([10, 10, 3]);
    expect(entriesIn(fake.requests[0]?.body ?? {})[0]).toMatchObject({ EventBusName: 'bus', Source: 'kms-guard' });
  });

  test('that takes some gets only the others again', async () => {
    let calls = 0;
    await using fake = await fakeAws(({ body }) => {
      calls += 1;
      const answer = (_: unknown, n: number) =>
        calls === 1 && n === 1 ? { ErrorCode: 'InternalFailure' } : { EventId: 'e' };
      return { body: { FailedEntryCount: calls === 1 ? 1 : 0, Entries: entriesIn(body).map(answer) } };
    });
    const bus = eventBus(new EventBridgeClient(fakeClientConfig(fake, region)), 'bus');
    expect(await bus.put([event(1), event(2), event(3)])).toEqual({ ok: true });
    expect(entriesIn(fake.requests[1]?.body ?? {})).toMatchObject([{ Detail: '{"n":2}' }]);
  });

  test('that never takes one is tried again later', async () => {
    await using fake = await fakeAws(() => ({
      body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] },
    }));
    const bus = eventBus(new EventBridgeClient(fakeClientConfig(fake, region)), 'bus');
    expect(await bus.put([event(1)])).toMatchObject({ ok: false, reason: 'retryable' });
  });

  test.each([
    ['AccessDeniedException', 400, 'refused'],
    ['ThrottlingException', 400, 'retryable'],
    ['InternalException', 500, 'retryable'],
  ])('%s: %s %s', async (error, status, reason) => {
    await using fake = await fakeAws(() => ({ error, status }));
    const bus = eventBus(new EventBridgeClient(fakeClientConfig(fake, region)), 'bus');
    expect(await bus.put([event(1)])).toMatchObject({ ok: false, reason });
  });
});

describe('schedules', () => {
  const answering = async (status: number, type: string) => {
    const bodies: string[] = [];
    const server = createServer((incoming, outgoing) => {
      incoming.on('data', (chunk) => bodies.push(String(chunk)));
      incoming.on('end', () => {
        outgoing.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
        outgoing.end('{"ScheduleArn":"x","Message":"x"}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' };
    const client = new SchedulerClient({ region, endpoint: `http://127.0.0.1:${port}`, credentials, maxAttempts: 1 });
    const settings = { groupName: 'g', outboxArn: 'arn:aws:sqs:x', roleArn: 'arn:aws:iam::1:role/r' };
    return { schedules: awsSchedules(client, settings), bodies, close: () => server.close() };
  };
  const message = { kind: 'storm-tick', id: 'x', at: 'y', stormId: 's', told: 0 } as const;
  const time = Date.parse('2026-12-17T09:14:07.891Z');

  test('fire once, into the outbox, in UTC, and are gone then', async () => {
    const { schedules, bodies, close } = await answering(200, '');
    await schedules.at({ name: 'n', time, message });
    expect(JSON.parse(bodies.join(''))).toMatchObject({
      ScheduleExpression: 'at(2026-12-17T09:14:07)',
      ActionAfterCompletion: 'DELETE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { SqsParameters: { MessageGroupId: groupOf(message) }, Input: JSON.stringify(message) },
    });
    close();
  });

  test('a name that is taken is already so', async () => {
    const { schedules, close } = await answering(409, 'ConflictException');
    await expect(schedules.at({ name: 'n', time, message })).resolves.toBeUndefined();
    close();
  });

  test('anything else is a fault', async () => {
    const { schedules, close } = await answering(403, 'AccessDeniedException');
    await expect(schedules.at({ name: 'n', time, message })).rejects.toThrow(RetryableFault);
    close();
  });
});

describe('a secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-a1b2c3';

  test('is read once in five minutes', async () => {
    await using fake = await fakeAws(() => ({ body: { SecretString: ' xoxb-1\n' } }));
    let now = 0;
    const secrets = secretsManager(new SecretsManagerClient(fakeClientConfig(fake, region)), { now: () => now });
    expect(await secrets.text(arn)).toBe('xoxb-1');
    now = 299_000;
    await secrets.text(arn);
    expect(fake.requests).toHaveLength(1);
    now = 301_000;
    await secrets.text(arn);
    expect(fake.requests).toHaveLength(2);
  });

  test('is read again where it seems to have been rotated, at most once a minute', async () => {
    await using fake = await fakeAws(() => ({ body: { SecretString: 'xoxb-1' } }));
    let now = 0;
    const secrets = secretsManager(new SecretsManagerClient(fakeClientConfig(fake, region)), { now: () => now });
    await secrets.text(arn);
    await secrets.text(arn, 'fresh');
    expect(fake.requests).toHaveLength(1);
    now = 61_000;
    await secrets.text(arn, 'fresh');
    await secrets.text(arn, 'fresh');
    expect(fake.requests).toHaveLength(2);
  });

  test('that cannot be read is a fault that tells nothing of it', async () => {
    await using fake = await fakeAws(() => ({ error: 'AccessDeniedException', message: 'xoxb-secret' }));
    const secrets = secretsManager(new SecretsManagerClient(fakeClientConfig(fake, region)), { now: () => 0 });
    const fault: unknown = await secrets.text(arn).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(RetryableFault);
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('xoxb');
  });

  test('without text is a fault', async () => {
    await using fake = await fakeAws(() => ({ body: { SecretString: ' ' } }));
    const secrets = secretsManager(new SecretsManagerClient(fakeClientConfig(fake, region)), { now: () => 0 });
    await expect(secrets.text(arn)).rejects.toThrow(RetryableFault);
  });
});
