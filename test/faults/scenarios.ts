import { body, record, scheduleDeletion } from '../support/records.ts';
import { everyPath } from './every-path.ts';
import { begin, dayInMilliseconds, type House, keyOf, openHouse } from './house.ts';
import { astray, twice, when, wrongs } from './invariants.ts';
import { runUntilQuiet } from './lambdas.ts';
import type { Run } from './matrix.ts';
import { created, deletion, type Path } from './paths.ts';
import type { Step } from './step-of.ts';

/** Faults that no single port call has: they come with the messages themselves, or with the host. */
type Scenario = {
  readonly fault: string;
  readonly step: Step;
  readonly path: Path;
  readonly at: string;
  readonly run: () => Promise<readonly string[]>;
};

const calm = () => 'go' as const;

const handled = async (path: Path, prepare: (house: House) => void, copies = 1): Promise<House> => {
  const house = openHouse(path);
  await begin(house, copies);
  prepare(house);
  await runUntilQuiet(house, calm);
  return house;
};

const duplicates = (path: Path): readonly Scenario[] => {
  const common = { fault: 'duplicates', step: 'Route', path } as const;
  const late = async (days: number) => {
    const house = await handled(path, () => undefined);
    house.told.clock.time += days * dayInMilliseconds;
    house.inbox.send(path.event);
    await runUntilQuiet(house, calm);
    return wrongs(house, 'well');
  };
  return [
    {
      ...common,
      at: 'four copies at once',
      run: async () => wrongs(await handled(path, () => undefined, 4), 'well'),
    },
    { ...common, at: 'again when all is done', run: () => late(0) },
    { ...common, at: 'again a day later', run: () => late(1) },
  ];
};

const skews = (path: Path): readonly Scenario[] =>
  [-600_000, -60_000, 60_000, 600_000].map((milliseconds) => ({
    fault: 'clock skew',
    step: 'Judge' as const,
    path,
    at: `the host's clock is ${milliseconds / 1000} s off`,
    run: async () => {
      const house = await handled(path, ({ skew }) => {
        skew.milliseconds = milliseconds;
      });
      return wrongs(house, 'well');
    },
  }));

/** Of a service that the guard listens to: the self-guard leaves calls of KMS to others. */
const halfRecord = (guard: string) =>
  guard === 'self-guard'
    ? { eventSource: 'lambda.amazonaws.com', eventName: 'DeleteFunction20150331', eventID: 'poison' }
    : { eventSource: 'kms.amazonaws.com', eventID: 'poison' };
const poisonsOf = ({ guard }: Path): readonly string[] => [
  'not JSON {',
  JSON.stringify({ detail: halfRecord(guard) }),
  `"${'x'.repeat(250_000)}`,
];

/** Each is told, and costs its batch nothing. */
const poisoned = (path: Path): readonly Scenario[] => [
  {
    fault: 'poison in the same batch',
    step: 'Receive',
    path,
    at: 'three of five',
    run: async () => {
      const poisons = poisonsOf(path);
      const alone = path.eventID === null ? 0 : poisons.length;
      const poisonedPath = { ...path, alerts: path.alerts + poisons.length };
      const house = openHouse(poisonedPath);
      for (const each of poisons) house.inbox.send(each);
      await begin(house);
      await runUntilQuiet(house, calm);
      // A path of poison counts its own among the unreadable.
      if (alone === 0) house.ports.ledger.unreadable.splice(1, poisons.length);
      const kept = house.ports.dead.length;
      return [...(await wrongs(house, 'well')), ...when(kept < poisons.length, `${kept} poisons are kept`)];
    },
  },
];

const permutations = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.length < 2
    ? [list]
    : list.flatMap((first, n) => permutations(list.toSpliced(n, 1)).map((rest) => [first, ...rest]));

type Change = { readonly eventName: 'EnableKey' | 'DisableKey'; readonly at: string };

/** A key with a past that arrives in any order, and CloudTrail knows it as it was. */
const reordered = (changes: readonly Change[], wanted: 'Enabled' | 'Disabled'): readonly Scenario[] => {
  const events = changes.map(({ eventName, at }, n) =>
    body(record({ eventName, eventID: `past-${n}`, eventTime: at })),
  );
  const past = changes.map(({ eventName, at }, n) => ({
    state: eventName === 'EnableKey' ? ('Enabled' as const) : ('Disabled' as const),
    at,
    actorArn: null,
    source: `past-${n}`,
  }));
  return permutations([...events, body(scheduleDeletion())]).map((order, n) => ({
    fault: 'reordering',
    step: 'Route',
    path: deletion,
    at: `order ${n + 1}: ${changes.map(({ eventName }) => eventName).join(', ')}, ScheduleKeyDeletion`,
    run: async () => {
      const house = openHouse({ ...deletion, before: [] });
      const key = keyOf(house);
      key.changes = [...past.toReversed(), created];
      await begin(house, 0);
      for (const event of order) house.inbox.send(event);
      await runUntilQuiet(house, calm);
      const { keyState } = key.metadata;
      const entries = house.ports.ledger.entries.length;
      return [
        ...(await astray(house)),
        ...twice(house),
        ...when(keyState !== wanted, `the key is ${keyState}, not ${wanted}`),
        ...when(entries !== order.length + 1, `${entries} entries`),
        ...when(!toldOf(house, deletion.eventID), 'the deletion was not told'),
      ];
    },
  }));
};

const toldOf = ({ told }: House, eventID: string | null): boolean =>
  told.events.some(({ detail }) => JSON.parse(detail).call?.eventID === eventID);

/** Somebody undid it before the guard heard of it, and the events come in any order: the guard writes nothing. */
const undone = (): readonly Scenario[] => {
  const undo = ['CancelKeyDeletion', 'EnableKey'].map((eventName, n) =>
    body(record({ eventName, eventID: `undo-${n}`, eventTime: `2026-11-20T09:14:3${n}Z` })),
  );
  return permutations([body(scheduleDeletion()), ...undo]).map((order, n) => ({
    fault: 'reordering',
    step: 'Route',
    path: deletion,
    at: `order ${n + 1}: ScheduleKeyDeletion, CancelKeyDeletion, EnableKey`,
    run: async () => {
      const house = openHouse({ ...deletion, call: () => undefined });
      await begin(house, 0);
      for (const event of order) house.inbox.send(event);
      await runUntilQuiet(house, calm);
      return [
        ...(await astray(house)),
        ...when(house.written.length > 0, `written: ${house.written.join(', ')}`),
        ...when(keyOf(house).metadata.keyState !== 'Enabled', 'the key is not Enabled'),
      ];
    },
  }));
};

const past: readonly Change[] = [
  { eventName: 'EnableKey', at: '2026-11-20T08:00:00Z' },
  { eventName: 'DisableKey', at: '2026-11-20T08:30:00Z' },
];

export const scenarios = (): readonly Scenario[] => [
  ...everyPath.flatMap((path) => [...duplicates(path), ...skews(path), ...poisoned(path)]),
  ...reordered(past, 'Disabled'),
  ...reordered(
    past.toReversed().map(({ eventName }, n) => ({ eventName, at: `2026-11-20T08:${n}0:00Z` })),
    'Enabled',
  ),
  ...undone(),
];

export const runScenarios = async (): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for (const { fault, step, path, at, run } of scenarios()) {
    runs.push({ fault, step, path: path.id, at, wrong: await run() });
  }
  return runs;
};
