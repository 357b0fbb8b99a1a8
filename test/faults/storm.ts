import { performance } from 'node:perf_hooks';
import { memoryKey, pending } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { body, keyArn, record, scheduleDeletion } from '../support/records.ts';
import { type House, openHouse } from './house.ts';
import { stuck, when } from './invariants.ts';
import { runUntilQuiet } from './lambdas.ts';
import type { Run } from './matrix.ts';
import { created, deletion } from './paths.ts';
import type { Intercept, PortCall, Reaction } from './port-calls.ts';

/** What a storm did, and what is wrong with how it ended. */
export type StormResult = {
  readonly events: number;
  readonly messages: number;
  readonly faults: number;
  readonly seconds: number;
  readonly wrong: readonly string[];
};

const arnOf = (n: number): string => keyArn.replace('0a1b2c3d', n.toString(16).padStart(8, '0'));
const idOf = (n: number): string => `storm-${n}`;

/** One event in ten schedules a deletion, three in ten disable a key, the others are in order; each about its own key. */
const kindOf = (n: number): 'deletion' | 'disabled' | 'fine' =>
  n % 10 === 0 ? 'deletion' : n % 10 < 4 ? 'disabled' : 'fine';

const eventOf = (n: number): string => {
  const about = { key: arnOf(n), eventID: idOf(n) };
  const kind = kindOf(n);
  if (kind === 'deletion') return body(scheduleDeletion(about));
  return body(record({ ...about, eventName: kind === 'disabled' ? 'DisableKey' : 'EnableKey' }));
};

const keyFor = (n: number): MemoryKey => {
  const changes = [created];
  switch (kindOf(n)) {
    case 'deletion':
      return memoryKey({ changes }, pending);
    case 'disabled':
      return memoryKey({ changes }, { keyState: 'Disabled' });
    case 'fine':
      return memoryKey({ changes });
  }
};

/** The same numbers in every run. */
const randomOf = (seed: number) => (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

const reactions: readonly Reaction[] = ['kill', 'kill-after', 'throttle', 'lose-answer'];
const one = <T>(list: readonly T[], random: () => number, otherwise: T): T =>
  list[Math.floor(random() * list.length)] ?? otherwise;

/** A fault at one port call in 250, of any kind, anywhere. */
const anything = (random: () => number, struck: () => void): Intercept => {
  const cannotFail = new Set(['lambda', 'clock']);
  return ({ port }: PortCall) => {
    if (random() > 0.004) return 'go';
    struck();
    return cannotFail.has(port) ? 'kill' : one(reactions, random, 'kill');
  };
};

/** A storm of events with every twentieth twice, shuffled, while Lambdas die and AWS fails all over the place. */
export const runStorm = async (events: number): Promise<StormResult> => {
  const random = randomOf(42);
  const numbers = Array.from({ length: events }, (_, n) => n);
  const bodies = numbers.flatMap((n) => (n % 20 === 0 ? [eventOf(n), eventOf(n)] : [eventOf(n)]));
  const order = bodies.map((text) => ({ text, at: random() })).toSorted((a, b) => a.at - b.at);
  const safety = { ...deletion.config.safety, remediesPerHour: 10_000 };
  const path = { ...deletion, config: { ...deletion.config, safety } };
  const keys = Object.fromEntries(numbers.map((n) => [arnOf(n), keyFor(n)]));
  const house = openHouse(path, { keys, everyone: true });
  let faults = 0;
  const begun = performance.now();
  for (const { text } of order) house.inbox.send(text);
  await runUntilQuiet(
    house,
    anything(random, () => {
      faults += 1;
    }),
  );
  house.inbox.redrive();
  await runUntilQuiet(house, () => 'go');
  const seconds = (performance.now() - begun) / 1000;
  return { events, messages: bodies.length, faults, seconds, wrong: wrongsOf(house, numbers) };
};

const wrongsOf = (house: House, numbers: readonly number[]): readonly string[] => {
  const { ports, told, written } = house;
  const entries = Map.groupBy(ports.ledger.entries, ({ eventID }) => eventID);
  const heard = new Set(told.events.map(({ detail }) => String(JSON.parse(detail).call?.eventID)));
  const deletions = numbers.filter((n) => kindOf(n) === 'deletion');
  const stateOf = (n: number) => ports.kms.keys.get(arnOf(n))?.metadata.keyState;
  // Saved always. Where the third attempt gets no answer about its past, a key stays Disabled, and the entry says so.
  const says = (n: number): boolean =>
    (entries.get(idOf(n)) ?? []).some(({ outcomes }) => outcomes.some(({ outcome }) => outcome === 'refused'));
  const disabled = deletions.filter((n) => stateOf(n) === 'Disabled');
  const unsaved = deletions.filter((n) => stateOf(n) !== 'Enabled' && !disabled.includes(n));
  const count = (text: string, list: readonly unknown[]) => when(list.length > 0, `${list.length} ${text}`);
  return [
    ...stuck(house),
    ...count(
      'events without an entry',
      numbers.filter((n) => !entries.has(idOf(n))),
    ),
    ...count(
      'events with two entries',
      numbers.filter((n) => (entries.get(idOf(n))?.length ?? 0) > 1),
    ),
    ...count(
      'alerts lost',
      numbers.filter((n) => kindOf(n) !== 'fine' && !heard.has(idOf(n))),
    ),
    ...count('keys not saved', unsaved),
    ...count(
      'keys left Disabled without a word',
      disabled.filter((n) => !says(n)),
    ),
    ...when(disabled.length > deletions.length / 100, `${disabled.length} saved keys are left Disabled`),
    ...when(
      written.length !== 2 * deletions.length - disabled.length,
      `${written.length} writes for ${deletions.length} keys`,
    ),
    ...when(new Set(written).size !== written.length, 'a remedy was made twice'),
  ];
};

export const stormRun = ({ events, messages, faults, seconds, wrong }: StormResult): Run => ({
  fault: `storm of ${events.toLocaleString('en')} events`,
  step: 'Route',
  path: 'everything',
  at: `${messages} messages, ${faults} faults at random, ${Math.round(messages / seconds)} messages/s`,
  wrong,
});
