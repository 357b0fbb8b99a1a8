import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fakeAws } from '../test/support/fake-aws.ts';
import { keyArn } from '../test/support/records.ts';
import { deletionGuard, type Invoke } from './burst/handler.ts';
import { type BurstEvent, burstEvents, burstServices, type Services } from './burst/services.ts';
import { figure } from './figure.ts';

/**
 * A burst of 10,000 events (or the number given) through the handler of deletion-guard: the bundle that is deployed, with the
 * AWS SDK as it is, against DynamoDB (conditional writes are really refused), KMS, CloudTrail and SQS in memory behind HTTP.
 * Batches of five, five at a time, as the event source mapping has it. One event in ten comes twice, one message in 500 is
 * no event. The throughput is that of this machine, the services included: it says nothing about AWS.
 */
const bench = 'burst';
const batchSize = 5;
const concurrency = 5;
const [given = '10000'] = process.argv.slice(2);
const count = Number(given);
if (!Number.isInteger(count) || count < 1) throw new RangeError(`${bench}: ${given} is no number of events`);

const say = (line: string): void => void process.stderr.write(`${bench}: ${line}\n`);
const equals = (metric: string, value: number, wanted: number): void =>
  figure({ bench, metric, value, unit: `of ${wanted}`, goal: `= ${wanted}`, ok: value === wanted });

type Message = { readonly id: string; readonly body: string; readonly notBefore: number };

/** What goes back comes again a little later; the real visibility timeout is six minutes. */
const comesBackInMilliseconds = 500;

const drain = async (invoke: Invoke, bodies: readonly string[]): Promise<{ readonly returned: number }> => {
  const queue: Message[] = bodies.map((body, n) => ({ id: `m${n}`, body, notBefore: 0 }));
  let returned = 0;
  let shown = performance.now();
  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      const wait = Math.max(...batch.map(({ notBefore }) => notBefore)) - performance.now();
      if (wait > 0) await sleep(wait);
      const failed = new Set(await invoke(batch));
      returned += failed.size;
      const notBefore = performance.now() + comesBackInMilliseconds;
      queue.push(...batch.filter(({ id }) => failed.has(id)).map((message) => ({ ...message, notBefore })));
      if (performance.now() - shown < 5_000) continue;
      shown = performance.now();
      say(`${queue.length} messages left`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { returned };
};

const accountFor = (services: Services, events: readonly BurstEvent[], poison: number): void => {
  const { dynamo, queues, written } = services;
  const ids = new Set(events.map(({ id }) => id));
  const keys = [...dynamo.items.keys()];
  const entries = keys.map((key) => / ENTRY#[^#]*#([^#]*)#/.exec(key)?.[1] ?? '').filter((id) => ids.has(id));
  const settled = [...dynamo.items].filter(
    ([key, item]) => key.startsWith('CLAIM#') && item['settledAt'] !== undefined,
  );
  const deletions = events.filter(({ kind }) => kind === 'deletion');
  const told = new Set(
    (queues.get('outbox.fifo') ?? []).flatMap((text) => /"eventID":"(burst-\d+)"/.exec(text)?.[1] ?? []),
  );
  equals('events with an entry in the ledger', new Set(entries).size, events.length);
  equals('entries of these events', entries.length, events.length);
  equals('claims settled', settled.length, events.length + poison);
  equals('alerts in the outbox', told.size, events.filter(({ kind }) => kind !== 'enabled').length);
  equals(
    'deletions cancelled',
    written.filter((each) => each.startsWith('CancelKeyDeletion')).length,
    deletions.length,
  );
  equals('messages that are no event: recorded', keys.filter((key) => key.startsWith('UNREADABLE')).length, poison);
  equals('the same, kept in the dead letters', queues.get('dead-letters')?.length ?? 0, poison);
};

const folder = await mkdtemp(join(tmpdir(), 'kms-guard-burst-'));
const services = burstServices();
const fake = await fakeAws(services.answer);
try {
  const invoke = await deletionGuard(folder, fake.endpoint);
  const events = burstEvents(count, keyArn);
  const state = { deletion: 'PendingDeletion', disabled: 'Disabled', enabled: 'Enabled' } as const;
  for (const { key, kind } of events) services.states.set(key, state[kind]);
  const poison = events.filter((_, n) => n % 500 === 0).map(({ id }) => `poison ${id}`);
  const bodies = [...events, ...events.filter((_, n) => n % 10 === 5)].map(({ body }) => body).concat(poison);
  const shuffled = bodies.map((body, n) => ({ body, at: (n * 7_919) % bodies.length })).toSorted((a, b) => a.at - b.at);
  say(`${bodies.length} messages of ${count} events`);
  const begun = performance.now();
  const { returned } = await drain(
    invoke,
    shuffled.map(({ body }) => body),
  );
  const seconds = (performance.now() - begun) / 1000;
  say(`${fake.requests.length} calls to AWS, ${returned} messages went back to the queue and came again`);
  accountFor(services, events, poison.length);
  figure({ bench, metric: 'throughput, services in memory', value: bodies.length / seconds, unit: 'messages/s' });
  figure({ bench, metric: 'from the first message to the last', value: seconds, unit: 's' });
} finally {
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}
