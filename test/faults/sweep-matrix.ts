import { parseBody } from '../../shared/calls/parse-body.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { memoryKey } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { publicPolicy, rootPolicy } from '../support/policies.ts';
import { account, scheduleDeletion } from '../support/records.ts';
import { when } from './invariants.ts';
import type { Intercept } from './port-calls.ts';
import { type SweepCall, type SweepFault, sweepFaults } from './sweep-faults.ts';
import { openSweepHouse, type SweepHouse, sweptRegions } from './sweep-house.ts';
import { runNight, type SweepStep } from './sweep-night.ts';

const dayInMilliseconds = 86_400_000;
const rule = 'policy-public';
const keys = ['fixed', 'gone', 'opened', 'fine'] as const;
type KeyName = (typeof keys)[number];
const arnOf = (region: string, name: KeyName): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-0000000${region === 'eu-west-1' ? 1 : 2}000${keys.indexOf(name)}`;
const idOf = (region: string, name: KeyName): string =>
  findingId(rule, { keyArn: arnOf(region, name), account, region, keyId: null });
const keyOf = (region: string, name: KeyName, policy: string): readonly [string, MemoryKey] => [
  arnOf(region, name),
  memoryKey({ policy, aliases: [`alias/${name}-${region}`] }),
];

const firstNight = (region: string) =>
  Object.fromEntries([
    keyOf(region, 'fixed', publicPolicy),
    keyOf(region, 'gone', publicPolicy),
    keyOf(region, 'opened', rootPolicy),
    keyOf(region, 'fine', rootPolicy),
  ]);
const secondNight = (region: string) =>
  Object.fromEntries([
    keyOf(region, 'fixed', rootPolicy),
    keyOf(region, 'opened', publicPolicy),
    keyOf(region, 'fine', rootPolicy),
  ]);

/** In one Region a key waits for its deletion since the first night: its event never came. */
const doomed = arnOf('eu-west-1', 'fine').replace(/.$/, 'd');
const doom = ({ keys: all, schedulings, told }: SweepHouse): void => {
  const eventTime = new Date(told.clock.time).toISOString();
  const deletionDate = new Date(told.clock.time + 7 * dayInMilliseconds).toISOString();
  const key = memoryKey({ policy: rootPolicy }, { keyState: 'PendingDeletion', deletionDate });
  all['eu-west-1'] = { ...all['eu-west-1'], [doomed]: key };
  schedulings[doomed] = scheduleDeletion({ key: doomed, eventTime });
};

/** The guard was brought the call, and no other, or people were told that it could not be. */
const unbrought = ({ brought, told }: SweepHouse): readonly string[] => {
  const calls = brought.map((body) => parseBody(body));
  const isAbout = calls.every(
    (each) => !each.unreadable && each.call.keyArn === doomed && each.call.broughtBy !== null,
  );
  const isSaid = told.published.some(({ publication: { text } }) => text.includes('could not be brought the call'));
  return [
    ...when(!isAbout, 'the guard was brought something else'),
    ...when(brought.length === 0 && !isSaid, 'the guard was not brought the call'),
  ];
};

const calm: Intercept = () => 'go';

/** A night without faults; then people fix one key, delete one, open one to the world, and the second night may begin. */
const afterFirstNight = async (): Promise<SweepHouse> => {
  const house = openSweepHouse(Object.fromEntries(sweptRegions.map((region) => [region, firstNight(region)])));
  await runNight({ house, id: 'first', intercept: calm });
  for (const region of sweptRegions) house.keys[region] = secondNight(region);
  doom(house);
  nextDay(house);
  return house;
};

const nextDay = ({ told }: SweepHouse): void => {
  const { time } = told.clock;
  told.clock.time = time - (time % dayInMilliseconds) + dayInMilliseconds + 2 * 3_600_000;
};

/** In how many emails about the rule the key is among the worst. */
const timesTold = ({ told }: SweepHouse, region: string, name: KeyName): number => {
  const texts = new Map(told.published.map(({ publication: { id, subject, text } }) => [id, `${subject}\n${text}`]));
  const names = [`alias/${name}-${region} (`, `${arnOf(region, name).split('/')[1]} (`];
  const isAbout = (text: string): boolean => text.includes(`: ${rule}\n`) && names.some((each) => text.includes(each));
  return [...texts.values()].filter(isAbout).length;
};

/** How often it was said of the key that a finding of it is gone. */
const timesResolved = ({ moves }: SweepHouse, region: string, name: KeyName): number =>
  new Set(moves.filter(({ findingIds }) => findingIds.includes(idOf(region, name))).map(({ id }) => id)).size;

/** A doubt that became a violation opens once more. */
const historyOf = ({ ledger }: SweepHouse, region: string, name: KeyName): string => {
  return (ledger.findings.get(idOf(region, name))?.history ?? []).map(({ status, why = status }) => why).join(', ');
};

const expected: Readonly<Record<KeyName, { readonly told: number; readonly history: readonly string[] }>> = {
  fixed: { told: 1, history: ['open, resolved'] },
  gone: { told: 1, history: ['open, resolved'] },
  opened: { told: 1, history: ['open', 'open, decided'] },
  // The second: a doubt for the night in which its policy could not be read.
  fine: { told: 0, history: ['', 'open, resolved'] },
};

/** Each finding told once and none lost, each end told once, and the ledger has both. */
const wrongsOf = (house: SweepHouse): readonly string[] =>
  sweptRegions.flatMap((region) =>
    keys.flatMap((name) => {
      const wanted = expected[name];
      const told = timesTold(house, region, name);
      const resolved = timesResolved(house, region, name);
      const history = historyOf(house, region, name);
      return [
        ...when(told !== wanted.told, `${name} in ${region}: told ${told} times, not ${wanted.told}`),
        ...when(
          resolved !== (history.endsWith('resolved') ? 1 : 0),
          `${name} in ${region}: resolved told ${resolved} times`,
        ),
        ...when(!wanted.history.includes(history), `${name} in ${region}: its history is ${history || 'empty'}`),
      ];
    }),
  );

const said = ({ told }: SweepHouse): boolean =>
  told.published.some(({ publication: { subject } }) => /could not read|did not come to its end/.test(subject));

/** An execution that failed, or a Region that was not read, is said to people: by its alarm, or by the sweep itself. */
const unsaid = (house: SweepHouse, isDone: boolean): readonly string[] => {
  const summary = house.sweeps.saved.find(({ id }) => id === 'second');
  const isWhole = summary?.regions.complete === sweptRegions.length;
  return [
    ...when(isDone && summary === undefined, 'the sweep is done without a summary'),
    ...when(isDone && !isWhole && !said(house), 'a Region was not read, and nobody was told'),
  ];
};

/** Every port call of the second night, when nothing goes wrong. */
export const traceSweep = async (): Promise<readonly SweepCall[]> => {
  const calls: SweepCall[] = [];
  const house = await afterFirstNight();
  await runNight({ house, id: 'second', intercept: calm, onCall: (call, step) => void calls.push({ ...call, step }) });
  return calls;
};

export type SweepRun = {
  readonly fault: string;
  readonly step: SweepStep;
  readonly path: string;
  readonly at: string;
  readonly wrong: readonly string[];
};

/** The fault at every call that it can strike, in the second night; the third is calm again. */
export const runSweepFault = async (each: SweepFault, traced: readonly SweepCall[]): Promise<readonly SweepRun[]> => {
  const runs: SweepRun[] = [];
  for (const call of traced) {
    if (!each.strikes(call)) continue;
    const house = await afterFirstNight();
    const { isDone, redrive } = await runNight({ house, id: 'second', intercept: each.plan(call) });
    const whole = [
      ...unsaid(house, isDone),
      ...when(each.endsWell === true && !isDone, 'the night failed'),
      ...(each.endsWell === true
        ? wrongsOf(house)
            .concat(unbrought(house))
            .map((text) => `that very night: ${text}`)
        : []),
    ];
    await redrive();
    nextDay(house);
    await runNight({ house, id: 'third', intercept: calm });
    const wrong = [
      ...whole,
      ...wrongsOf(house),
      ...unbrought(house),
      ...when(house.brought.length === 0, 'never brought'),
    ];
    const at = `${call.at} ${call.port}.${call.name}`;
    runs.push({ fault: each.id, step: call.step, path: 'the nightly sweep', at, wrong });
  }
  return runs;
};

export const runSweepMatrix = async (): Promise<readonly SweepRun[]> => {
  const traced = await traceSweep();
  const runs: SweepRun[] = [];
  for (const each of sweepFaults) runs.push(...(await runSweepFault(each, traced)));
  return runs;
};
