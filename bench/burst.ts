import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fakeAws } from '../test/support/fake-aws.ts';
import { keyArn } from '../test/support/records.ts';
import { accountFor } from './burst/account-for.ts';
import { drain, type Queue } from './burst/drain.ts';
import { burstEvents, guards } from './burst/events.ts';
import { startGuard } from './burst/handler.ts';
import { burstServices } from './burst/services.ts';
import { figure } from './figure.ts';

/**
 * A burst of 10,000 events (or the number given) of nine kinds, routed by the patterns of the event bus, through the handlers of
 * every guard at once: the bundles that are deployed, with the AWS SDK as it is, against DynamoDB (conditional writes are really
 * refused), KMS, CloudTrail and SQS in memory behind HTTP. Batches of five, five at a time, as the event source mappings have it.
 * One event in ten comes twice, one message in 500 is no event. The throughput is that of this machine, the services
 * included: it says nothing about AWS. What becomes of the alerts after the outbox: test/delivery/outage.test.ts.
 */
const bench = 'burst';
const [given = '10000'] = process.argv.slice(2);
const count = Number(given);
if (!Number.isInteger(count) || count < 1) throw new RangeError(`${bench}: ${given} is no number of events`);

const say = (line: string): void => void process.stderr.write(`${bench}: ${line}\n`);

/** Neighbours come apart: a prime number of places, the same in each run. */
const shuffled = (bodies: readonly string[]): readonly string[] =>
  bodies
    .map((body, n) => ({ body, at: (n * 7_919) % bodies.length }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ body }) => body);

const events = burstEvents(count, keyArn);
let poison = 0;
const inboxOf = (guard: (typeof guards)[number]): readonly string[] => {
  const own = events.filter((event) => event.guards.includes(guard));
  const unreadable = own.filter((_, n) => n % 500 === 0).map(({ id }) => `poison ${id} for ${guard}`);
  poison += unreadable.length;
  return shuffled([...own, ...own.filter((_, n) => n % 10 === 5)].map(({ body }) => body).concat(unreadable));
};

const folder = await mkdtemp(join(tmpdir(), 'kms-guard-burst-'));
const services = burstServices(events);
const fake = await fakeAws(services.answer);
try {
  const inboxes: Queue[] = [];
  for (const name of guards) {
    inboxes.push({ name, invoke: await startGuard(name, folder, fake.endpoint), bodies: inboxOf(name) });
  }
  const before = events.flatMap((event) => event.before ?? []);
  await Promise.all(inboxes.map((inbox) => drain({ ...inbox, bodies: before }, say)));
  services.kms.begin();
  const messages = inboxes.reduce((sum, { bodies }) => sum + bodies.length, 0);
  say(`${messages} messages of ${count} events in ${inboxes.length} inboxes`);
  const begun = performance.now();
  const returned = await Promise.all(inboxes.map((inbox) => drain(inbox, say)));
  const seconds = (performance.now() - begun) / 1000;
  say(
    `${fake.requests.length} calls to AWS, ${returned.reduce((sum, n) => sum + n, 0)} messages went back and came again`,
  );
  for (const { metric, value, wanted } of accountFor(services, {
    events,
    poison,
    before: before.length * inboxes.length,
  })) {
    figure({ bench, metric, value, unit: `of ${wanted}`, goal: `= ${wanted}`, ok: value === wanted });
  }
  figure({ bench, metric: 'throughput, services in memory', value: messages / seconds, unit: 'messages/s' });
  figure({ bench, metric: 'from the first message to the last', value: seconds, unit: 's' });
} finally {
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}
