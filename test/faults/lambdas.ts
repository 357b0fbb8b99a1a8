import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import { handleBatch } from '../../shared/delivery/batch.ts';
import { handleMessage } from '../../shared/delivery/handle-message.ts';
import type { MemoryPorts } from '../support/memory-ports.ts';
import { dayInMilliseconds, guardOf, type House } from './house.ts';
import type { InboxMessage } from './inbox.ts';
import { gated, gatedNow, type Gate, type Intercept, type Invocation, through } from './port-calls.ts';

const asRecord = ({ messageId, body: text }: InboxMessage): SQSRecord => ({
  messageId,
  body: text,
  receiptHandle: messageId,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'events',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:inbox',
  awsRegion: 'eu-west-1',
});

/** One run of a guard's Lambda; false where there was nothing to take. A Lambda that was killed answers nothing. */
export const invokeGuard = async (house: House, intercept: Intercept): Promise<boolean> => {
  const batch = house.inbox.receive();
  if (batch.length === 0) return false;
  const invocation: Invocation = { dead: false };
  const handle = async ({ body: text }: SQSRecord): Promise<void> => {
    const gate = gateOf(house, { invocation, intercept, isVictim: house.isVictim(text) });
    await through(gate, 'lambda', 'receive', async () => undefined);
    await guardOf(house, gatedPorts(house, gate))(text);
    await through(gate, 'lambda', 'respond', async () => undefined);
  };
  const event = { Records: batch.map(asRecord) };
  const processor = new BatchProcessor(EventType.SQS);
  const { batchItemFailures } = await processPartialResponse(event, handle, processor, {
    throwOnFullBatchFailure: false,
  });
  if (invocation.dead) return true;
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId } of batch) if (!failed.has(messageId)) house.inbox.remove(messageId);
  return true;
};

type GateInput = { readonly invocation: Invocation; readonly intercept: Intercept; readonly isVictim: boolean };

const gateOf = (house: House, { invocation, intercept, isVictim }: GateInput): Gate => {
  if (!isVictim) return { invocation, react: () => 'go' };
  house.attempts.guard += 1;
  const attempt = house.attempts.guard;
  let at = 0;
  return {
    invocation,
    react: (port, name) => {
      at += 1;
      return intercept({ of: 'guard', attempt, at, port, name });
    },
  };
};

const gatedPorts = ({ ports, clock }: House, gate: Gate): MemoryPorts => ({
  ...ports,
  reader: gated('reader', ports.reader, gate),
  writer: gated('writer', ports.writer, gate),
  history: gated('history', ports.history, gate),
  ledger: gated('ledger', ports.ledger, gate),
  approvals: gated('approvals', ports.approvals, gate),
  waivers: gated('waivers', ports.waivers, gate),
  alerter: gated('alerter', ports.alerter, gate),
  progress: gated('progress', ports.progress, gate),
  deadLetters: gated('deadLetters', ports.deadLetters, gate),
  pulse: gated('pulse', ports.pulse, gate),
  setAside: gated('setAside', ports.setAside, gate),
  clock: { ...clock, time: clock.time, now: gatedNow(gate, clock.now), sleep: clock.sleep },
});

/** One run of the notifier's Lambda. Its calls are numbered over all runs: there is one alert in the house. */
export const invokeNotifier = async (house: House, intercept: Intercept): Promise<boolean> => {
  const batch = house.outbox.receive();
  if (batch.length === 0) return false;
  const invocation: Invocation = { dead: false };
  const react = (port: string, name: string) => {
    house.attempts.notifier += 1;
    return intercept({ of: 'notifier', attempt: 1, at: house.attempts.notifier, port, name });
  };
  const { notifier } = house.told;
  const own = notifier.ports;
  const gate = { invocation, react };
  const ports = {
    ...own,
    outbox: gated('outbox', own.outbox, gate),
    deliveries: gated('deliveries', own.deliveries, gate),
    heartbeats: gated('heartbeats', own.heartbeats, gate),
    storms: gated('storms', own.storms, gate),
    schedules: gated('schedules', own.schedules, gate),
    topics: gated('topics', own.topics, gate),
    bus: gated('bus', own.bus, gate),
    slack: own.slack === null ? null : gated('slack', own.slack, gate),
    dead: gated('dead', own.dead, gate),
  };
  const handle = (text: string, group: string) => handleMessage({ ...notifier, ports }, text, group);
  const queue = gated('queue', { postpone: house.outbox.postpone }, { invocation, react: () => 'go' });
  const failed = new Set(await handleBatch({ handle, postpone: queue.postpone, log: own.log }, batch));
  if (invocation.dead) return true;
  for (const { messageId } of batch) if (!failed.has(messageId)) house.outbox.remove(messageId);
  return true;
};

/** Until both queues are empty, or two days have passed. */
export const runUntilQuiet = async (house: House, intercept: Intercept): Promise<void> => {
  const { told, inbox, outbox } = house;
  const end = told.clock.time + 2 * dayInMilliseconds;
  for (;;) {
    while ((await invokeGuard(house, intercept)) || (await invokeNotifier(house, intercept)));
    const times = [inbox.nextTime(), outbox.nextTime()].filter((time) => time !== null);
    const next = Math.min(...times);
    if (next > end) return;
    told.clock.time = Math.max(told.clock.time, next);
  }
};
