import { outboxAlerter } from '../../shared/delivery/outbox-alerter.ts';
import type { Outbox } from '../../shared/delivery/ports.ts';
import { progressThrough } from '../../shared/delivery/progress.ts';
import { known } from '../../shared/facts/facts.ts';
import { rules } from '../../shared/rules/index.ts';
import { closeSweep } from '../../shared/sweep/close-sweep.ts';
import { type KeysTask, runKeys } from '../../shared/sweep/keys-run.ts';
import { planSweep } from '../../shared/sweep/plan.ts';
import type { Estate, OpenRegion } from '../../shared/sweep/ports.ts';
import type { ResultStore, SweepId } from '../../shared/sweep/result-store.ts';
import { settleRegion, type SettleTask } from '../../shared/sweep/settle-region.ts';
import { memoryFindings, memorySweeps } from '../support/memory-findings.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { memoryNotifier } from '../support/memory-notifier.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { memoryResults } from '../support/memory-results.ts';
import { ruleById } from '../support/memory-sweep.ts';
import { account } from '../support/records.ts';
import { enforce } from './paths.ts';
import { type Gate, gated, through } from './port-calls.ts';

/** Both are swept; faults strike one of them at a time. */
export const sweptRegions = ['eu-west-1', 'eu-central-1'] as const;
const config = { ...enforce, sweep: { ...enforce.sweep, regions: [...sweptRegions] } };

/** The keys of each Region, by ARN. */
export type SweptKeys = Record<string, Record<string, MemoryKey>>;

/** What the sweep's Lambdas stand on, in memory: it outlives each of them. Behind the outbox the real notifier. */
export const openSweepHouse = (keys: SweptKeys) => {
  const schedulings: Record<string, Readonly<Record<string, unknown>>> = {};
  const brought: string[] = [];
  const told = memoryNotifier(enforce.alerts);
  const moves: { readonly id: string; readonly findingIds: readonly string[] }[] = [];
  const outbox: Outbox = {
    put: async (message) => {
      if (message.kind === 'move') moves.push({ id: message.id, findingIds: message.move.findingIds });
      await told.outbox.put(message);
    },
  };
  const clock = {
    now: () => told.clock.time,
    sleep: async (milliseconds: number) => {
      told.clock.time += milliseconds;
    },
  };
  const ledger = memoryLedger();
  const results = memoryResults();
  return {
    keys,
    /** CloudTrail's records of who scheduled the deletion of a key. */
    schedulings,
    /** What came to the inbox of the deletion-guard. */
    brought,
    told,
    moves,
    clock,
    ledger,
    results,
    findings: memoryFindings(ledger.findings),
    sweeps: memorySweeps(),
    alerter: outboxAlerter(outbox, 'sweep', clock),
    progress: progressThrough(outbox),
  };
};

export type SweepHouse = ReturnType<typeof openSweepHouse>;

/** A generator is asked once: then it is there, or the Lambda is not. */
const gatedResults = (store: ResultStore, gate: Gate): ResultStore => ({
  ...gated('results', store, gate),
  put: (key, text) => gated('results', store, gate).put(key, text),
  get: (key) => gated('results', store, gate).get(key),
  async *lines(key) {
    await through(gate, 'results', 'lines', async () => undefined);
    yield* store.lines(key);
  },
});

const gatedRegion = (house: SweepHouse, region: string, gate: Gate): OpenRegion => {
  const opened = memoryRegion({ clock: house.clock, keys: house.keys[region] ?? {}, schedulings: house.schedulings });
  return {
    reader: gated('reader', opened.reader, gate),
    history: gated('history', opened.history, gate),
    schedulings: gated('schedulings', opened.schedulings, gate),
    lister: gated('lister', opened.lister, gate),
    trails: gated('trails', opened.trails, gate),
    forwarding: opened.forwarding,
    gate: opened.gate,
    close: opened.close,
  };
};

const gatedEstate = (house: SweepHouse, gate: Gate): Estate =>
  gated(
    'estate',
    {
      ownRegion: async () => sweptRegions[0],
      ownAccount: async () => known(account),
      accounts: async () => known([account]),
      regions: async () => known([...sweptRegions]),
      open: async ({ region }) => known(gatedRegion(house, region, gate)),
    },
    gate,
  );

/** One invocation of each of the sweep's Lambdas, with every port behind the gate. */
export const sweepLambdas = (house: SweepHouse, gate: Gate) => {
  const { clock, findings, told } = house;
  const results = gatedResults(house.results, gate);
  const estate = gatedEstate(house, gate);
  const ledger = gated('ledger', house.ledger, gate);
  const closing = {
    results,
    findings: {
      async *standing(...args: Parameters<typeof findings.standing>) {
        await through(gate, 'findings', 'standing', async () => undefined);
        yield* findings.standing(...args);
      },
      change: gated('findings', findings, gate).change,
    },
    sweeps: gated('sweeps', house.sweeps, gate),
    alerter: gated('alerter', house.alerter, gate),
    progress: gated('progress', house.progress, gate),
    clock,
    ruleById,
    isOff: () => false,
  };
  const settings = { rules, config, ownRoles: [] };
  const isIn = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    await through(gate, 'lambda', 'receive', async () => undefined);
    const answer = await work();
    await through(gate, 'lambda', 'respond', async () => undefined);
    return answer;
  };
  const inbox = gated('inbox', { put: async (body: string) => void house.brought.push(body) }, gate);
  const bringing = { inbox, isGuarded: () => true, afterSeconds: 900 };
  const keysRun = () => ({
    bringing,
    estate,
    ledger,
    results,
    clock,
    settings,
    quota: {},
    deadline: told.clock.time + 840_000,
  });
  return {
    plan: (id: string, startedAt: string) =>
      isIn(() => planSweep({ id, startedAt }, config, { estate, clock, results })),
    keys: (task: KeysTask) => isIn(() => runKeys(keysRun(), task)),
    settle: (task: SettleTask) => isIn(() => settleRegion(task, closing)),
    close: (task: { readonly sweep: SweepId; readonly failure?: { readonly Error: string } }) =>
      isIn(() => closeSweep(task, closing)),
  };
};

export type SweepLambdas = ReturnType<typeof sweepLambdas>;
