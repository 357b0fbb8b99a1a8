import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { KMSClient } from '@aws-sdk/client-kms';
import { cleanEnvironment } from '../local/environment.ts';
import { ensureVenv } from '../local/python.ts';
import { allowedRate } from '../shared/sweep/quotas.ts';
import { figure, median } from './figure.ts';
import { type Door, openDoor, type Passed } from './sweep-peers/door.ts';
import { startPlainEmulator } from './sweep-peers/emulator.ts';
import { type Planted, plantKeys } from './sweep-peers/plant.ts';
import { account, allTools, region, runTool, scratchFolder, type Tool, versionOf } from './sweep-peers/tools.ts';

/**
 * `kms-guard sweep` next to Cloud Custodian and Prowler on one emulator with 1,000 keys: which keys do not rotate, which let
 * anyone in, which are pending deletion. Whole commands, as a user starts them, in turn, each with its calls counted at the
 * same door; first with answers as fast as the emulator gives them, then from a distance, as AWS answers.
 */
const bench = 'sweep-peers';
const keys = 1_000;
const rounds = 5;
const fasterBy = 5;
/**
 * Assumptions: a short way to a Region and KMS's own time. On a loopback address the emulator's processor time is all there
 * is to wait for, the same for everybody: no goal can be decided there, see docs/adr/0011.
 */
const awayInMs = [5, 10] as const;
const say = (text: string): void => void process.stderr.write(`${bench}: ${text}\n`);

type Run = Passed & { readonly begun: number; readonly ended: number };
type Runs = ReadonlyMap<Tool, readonly Run[]>;

const secondsOf = ({ begun, ended }: Run): number => (ended - begun) / 1_000;
const callsOf = ({ calls }: Passed): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

type Stage = { readonly door: Door; readonly planted: Planted };

/** @throws Error where a tool does not find exactly the planted keys: its time would be worth nothing. */
const measure = async (tool: Tool, { door, planted }: Stage, delay: number): Promise<Run> => {
  door.open(delay);
  const { begun, ended, defects } = await runTool(tool, door.url);
  if (!isDeepStrictEqual(defects, planted.defects)) {
    const counts = Object.entries(defects).map(([name, ids]) => `${name} ${ids.length}`);
    throw new Error(`${tool.name} found other keys than were planted: ${counts.join(', ')}`);
  }
  const run = { ...door.passed(), begun, ended };
  say(`${delay} ms away: ${tool.name} ${secondsOf(run).toFixed(2)} s, ${callsOf(run)} calls`);
  return run;
};

/** Each round begins with another tool. */
const inTurn = async (tools: readonly Tool[], stage: Stage, delay: number): Promise<Runs> => {
  const runs = new Map<Tool, Run[]>(tools.map((tool) => [tool, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % tools.length;
    for (const tool of [...tools.slice(first), ...tools.slice(0, first)]) {
      runs.get(tool)?.push(await measure(tool, stage, delay));
    }
  }
  return runs;
};

const whereIs = (delay: number): string => (delay === 0 ? 'answers at once' : `answers after ${delay} ms`);

const seconds = (metric: string, value: number): void => figure({ bench, metric, value, unit: 's' });

const printRuns = (runs: Runs, delay: number): void => {
  const middle = (all: readonly Run[], of: (run: Run) => number): number => median(all.map(of));
  for (const [{ name }, all] of runs) {
    const where = whereIs(delay);
    seconds(`${name}, ${where}`, middle(all, secondsOf));
    seconds(
      `${name}, ${where}: from its start to its first call`,
      middle(all, ({ begun, first }) => (first - begun) / 1e3),
    );
    seconds(
      `${name}, ${where}: from its first call to the last answer`,
      middle(all, ({ first, last }) => (last - first) / 1e3),
    );
    const busy = middle(all, (run) => run.emulatorBusy / 1e3 / secondsOf(run));
    figure({ bench, metric: `${name}, ${where}: part of the time with a call at the emulator`, value: busy, unit: '' });
  }
};

const printCalls = ({ name }: Tool, [run]: readonly Run[]): void => {
  if (run === undefined) return;
  for (const [api, count] of Object.entries(run.calls)) {
    figure({ bench, metric: `${name}, calls per key: ${api}`, value: count / keys, unit: 'calls/key' });
  }
};

/** Within a round, as the machine's mood changes between rounds. */
const leads = (own: readonly Run[], peer: readonly Run[]): number =>
  median(own.map((run, round) => secondsOf(peer[round] ?? run) / secondsOf(run)));

const compare = async (tools: readonly Tool[], stage: Stage): Promise<void> => {
  const near = await inTurn(tools, stage, 0);
  printRuns(near, 0);
  const [guard, ...peers] = tools;
  if (guard === undefined) throw new Error('there is nothing to compare');
  const own = near.get(guard) ?? [];
  for (const [tool, all] of near) printCalls(tool, all);
  const timeOf = (tool: Tool): number => median((near.get(tool) ?? []).map(secondsOf));
  const [faster, ...slower] = peers.toSorted((one, other) => timeOf(one) - timeOf(other));
  if (faster === undefined) throw new Error('there is no peer');
  for (const peer of slower) {
    const value = leads(own, near.get(peer) ?? []);
    figure({ bench, metric: `times faster than ${peer.name}, ${whereIs(0)}`, value, unit: 'x' });
  }
  atOnce(own, { peer: faster, runs: near.get(faster) ?? [] });
  fewerCalls(own, { peer: faster, runs: near.get(faster) ?? [] });
  for (const delay of awayInMs) {
    const away = await inTurn([guard, faster], stage, delay);
    printRuns(away, delay);
    const value = leads(away.get(guard) ?? [], away.get(faster) ?? []);
    const metric = `times faster than ${faster.name}, the faster peer, ${whereIs(delay)}`;
    figure({ bench, metric, value, unit: 'x', goal: `>= ${fasterBy}`, ok: value >= fasterBy });
  }
};

/** Without a goal: beside it stands what a tool that takes no time at all would reach, as the emulator has to answer it, too. */
const atOnce = (own: readonly Run[], { peer, runs }: { peer: Tool; runs: readonly Run[] }): void => {
  const value = leads(own, runs);
  figure({ bench, metric: `times faster than ${peer.name}, the faster peer, ${whereIs(0)}`, value, unit: 'x' });
  const work = Math.min(...[...own, ...runs].map(({ emulatorBusy }) => emulatorBusy / 1e3));
  seconds('the least that the emulator needs for the calls of a run', work);
  const most = median(runs.map(secondsOf)) / work;
  figure({
    bench,
    metric: `the most that anybody can be faster than ${peer.name}, ${whereIs(0)}`,
    value: most,
    unit: 'x',
  });
};

const fewerCalls = (own: readonly Run[], { peer, runs }: { peer: Tool; runs: readonly Run[] }): void => {
  const value = Math.max(...own.map(callsOf)) / keys;
  const most = Math.min(...runs.map(callsOf)) / keys;
  const metric = `calls per key, against those of ${peer.name}`;
  figure({ bench, metric, value, unit: 'calls/key', goal: `<= ${most}`, ok: value <= most });
};

/** Who keeps to half of the quotas cannot be faster than this, however near AWS is; the peers keep to nothing. */
const printPace = (): void => {
  const slowest = Math.min(
    ...(['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus'] as const).map((api) => allowedRate(api)),
  );
  seconds('the least that half of the quotas allow kms-guard', keys / slowest);
};

const main = async (): Promise<void> => {
  await rm(scratchFolder, { recursive: true, force: true });
  await mkdir(scratchFolder, { recursive: true });
  const tools = await allTools(say);
  for (const { name, version } of tools) say(`${name} ${version}`);
  const python = await ensureVenv({
    folder: join(import.meta.dirname, '..', '.local', 'python'),
    requirements: join(import.meta.dirname, '..', 'local', 'requirements.txt'),
    env: cleanEnvironment(),
    onProgress: say,
  });
  say(`the emulator: MiniStack ${await versionOf(python, 'ministack')}`);
  const scratch = await mkdtemp(join(scratchFolder, 'emulator-'));
  const emulator = await startPlainEmulator(python, scratch);
  const door = await openDoor(emulator.port);
  try {
    const credentials = { accessKeyId: account, secretAccessKey: 'test' };
    const kms = new KMSClient({ region, credentials, endpoint: door.url });
    const planted = await plantKeys(kms, { account, keys });
    kms.destroy();
    const { unrotated, open, pending } = planted.defects;
    say(
      `${keys} keys: ${unrotated.length} not rotated, ${open.length} open to anyone, ${pending.length} pending deletion`,
    );
    say('a first run of each, not counted');
    for (const tool of tools) await measure(tool, { door, planted }, 0);
    await compare(tools, { door, planted });
    printPace();
  } finally {
    door.close();
    emulator.stop();
    await rm(scratch, { recursive: true, force: true });
  }
};

await main();
