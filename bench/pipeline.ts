import { performance } from 'node:perf_hooks';
import { enforceAll, guardOver } from '../test/support/guard.ts';
import { memoryKey, pending } from '../test/support/memory-key.ts';
import { memoryPorts } from '../test/support/memory-ports.ts';
import { body, guardRole, keyArn, record, scheduleDeletion } from '../test/support/records.ts';
import { parseBody } from '../shared/calls/parse-body.ts';
import { evaluate } from '../shared/evaluate.ts';
import { gatherFacts } from '../shared/facts/gather.ts';
import { needsOf, rulesFor } from '../shared/judge.ts';
import type { Handled } from '../shared/pipeline.ts';
import { RetryableFault } from '../shared/ports.ts';
import { rules } from '../shared/rules/index.ts';
import { figure } from './figure.ts';

/** One event through parse, gather (in memory), judge and decide; then 10,000 events with a fifth of duplicates, shuffled. */
const settings = { rules, config: enforceAll, ownRoles: [guardRole] };
const changes = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];

const latency = async (): Promise<void> => {
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ changes }, pending) } });
  const text = body(scheduleDeletion());
  const once = async (): Promise<number> => {
    const start = performance.now();
    const parsed = parseBody(text);
    if (parsed.unreadable) throw new Error(parsed.reason);
    const { call } = parsed;
    const needs = needsOf(rulesFor(rules, call, settings.config));
    const facts = await gatherFacts({ ...call, needs, ...ports });
    const { decision } = evaluate(settings, { call, facts, now: ports.clock.now() });
    if (decision.remedy !== 'cancelKeyDeletion') throw new Error('the event was decided wrongly');
    return performance.now() - start;
  };
  for (let n = 0; n < 500; n += 1) await once();
  const times: number[] = [];
  for (let n = 0; n < 5_000; n += 1) times.push(await once());
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  figure({ bench: 'pipeline', metric: 'one event, median', value: at(0.5), unit: 'ms' });
  figure({ bench: 'pipeline', metric: 'one event, p99', value: at(0.99), unit: 'ms', goal: '< 2', ok: at(0.99) < 2 });
};

/** A fixed shuffle, the same in every run. */
const shuffled = <T>(list: readonly T[]): readonly T[] => {
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  return list
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
};

/** As SQS does it: batches of ten at the same time, and what is busy comes back later. */
const drain = async (
  bodies: readonly string[],
  handle: (text: string) => Promise<Handled>,
): Promise<readonly Handled[]> => {
  const queue = [...bodies];
  const handled: Handled[] = [];
  while (queue.length > 0) {
    const batch = queue.splice(0, 10);
    const settled = await Promise.allSettled(batch.map(handle));
    for (const [n, each] of settled.entries()) {
      if (each.status === 'fulfilled') handled.push(each.value);
      else if (each.reason instanceof RetryableFault) queue.push(...batch.slice(n, n + 1));
      else throw each.reason;
    }
  }
  return handled;
};

const storm = async (): Promise<void> => {
  const count = 10_000;
  const unique = count * 0.8;
  const arn = (n: number): string => keyArn.replace('0a1b2c3d', n.toString(16).padStart(8, '0'));
  const text = (n: number): string => {
    const common = { key: arn(n), eventID: `event-${n}` };
    return body(n % 2 === 0 ? scheduleDeletion(common) : record({ ...common, eventName: 'DisableKey' }));
  };
  const indices = Array.from({ length: unique }, (_, n) => n);
  const bodies = shuffled([...indices, ...indices.slice(0, count - unique)]).map(text);
  const keys = Object.fromEntries(
    indices.map((n) => [arn(n), memoryKey({ changes }, n % 2 === 0 ? pending : { keyState: 'Disabled' })]),
  );
  const ports = memoryPorts({ keys });
  const config = { ...enforceAll, safety: { ...enforceAll.safety, remediesPerHour: count } };
  const handle = guardOver(ports, { config });
  const start = performance.now();
  const handled = await drain(bodies, handle);
  const seconds = (performance.now() - start) / 1000;
  const judged = handled.filter((each) => each.handled === 'judged').length;
  const cancelled = ports.kms.writes.filter((call) => call.startsWith('CancelKeyDeletion')).length;
  const once = judged === unique && ports.ledger.entries.length === unique && cancelled === unique / 2;
  figure({
    bench: 'pipeline',
    metric: 'events handled once',
    value: judged,
    unit: `of ${unique}`,
    goal: `= ${unique}`,
    ok: once,
  });
  figure({ bench: 'pipeline', metric: 'throughput, in memory', value: Math.round(count / seconds), unit: 'events/s' });
};

process.stderr.write('pipeline: one event, 5,000 times\n');
await latency();
process.stderr.write('pipeline: 10,000 events, 20% duplicates, shuffled\n');
await storm();
