import type { Alert } from '../../shared/alerts/alert.ts';
import { type GuardConfig, configSchema } from '../../shared/config/config.ts';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import { type Fact, known } from '../../shared/facts/facts.ts';
import type { StoredFinding } from '../../shared/ledger/finding-history.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { closeSweep } from '../../shared/sweep/close-sweep.ts';
import { type KeysTask, type KeysDone, runKeys } from '../../shared/sweep/keys-run.ts';
import { planSweep } from '../../shared/sweep/plan.ts';
import type { Estate, OpenRegion } from '../../shared/sweep/ports.ts';
import { settledKey, type SweepId, type SweepPlace } from '../../shared/sweep/result-store.ts';
import { settleRegion } from '../../shared/sweep/settle-region.ts';
import { parseSweepLine, type SweepLine } from '../../shared/sweep/sweep-line.ts';
import type { SweepSummary } from '../../shared/sweep/sweep-summary.ts';
import { memoryFindings, memorySweeps } from './memory-findings.ts';
import { memoryLedger } from './memory-ledger.ts';
import { memoryResults } from './memory-results.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const start = Date.parse('2026-11-20T02:00:00Z');
export const day = 86_400_000;
export const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);

type Regions = (place: SweepPlace, clock: VirtualClock) => Fact<OpenRegion>;

/** A deployed sweep in memory: its Lambdas, called as the state machine calls them, one Region after the other. */
export const memorySweep = (regions: Regions, sweep: object = { regions: ['eu-west-1'] }, more: object = {}) => {
  const config: GuardConfig = configSchema.parse({ sweep, ...more });
  /** What a test may change between nights. */
  const settings = { requiredTags: config.requiredTags };
  const brought: string[] = [];
  const bringing = {
    inbox: { put: async (body: string) => void brought.push(body) },
    isGuarded: () => true,
    afterSeconds: 900,
  };
  const off = new Set<string>();
  const isOff = (id: string): boolean => off.has(id);
  const ledger = memoryLedger();
  const results = memoryResults();
  const findings = memoryFindings(ledger.findings);
  const sweeps = memorySweeps();
  const alerts: Alert[] = [];
  const alerter = { send: async (alert: Alert) => void alerts.push(alert) };
  const moves: Move[] = [];
  const progress = { moved: async (move: Move) => void moves.push(move) };
  const ports = (clock: VirtualClock) => ({ results, findings, sweeps, alerter, clock, ruleById, isOff, progress });
  const estateAt = (clock: VirtualClock): Estate => ({
    ownRegion: async () => 'eu-west-1',
    ownAccount: async () => known('111122223333'),
    accounts: async () => known(['111122223333']),
    regions: async () => known(['eu-west-1']),
    open: async (place) => regions(place, clock),
  });
  const guardSettings = () => ({
    rules: rules.filter(({ id }) => !off.has(id)),
    config: { ...config, ...settings },
    ownRoles: [],
  });
  const keys = (clock: VirtualClock, task: KeysTask, seconds: number): Promise<KeysDone> =>
    runKeys(
      {
        estate: estateAt(clock),
        ledger,
        results,
        clock,
        settings: guardSettings(),
        quota: {},
        bringing,
        deadline: clock.now() + seconds * 1_000,
      },
      task,
    );
  type Night = {
    readonly at?: number;
    /** Of each run. @default 840 */
    readonly seconds?: number;
    /** Between the looks and the settling of a Region. */
    readonly meanwhile?: (ends: KeysDone) => void;
    readonly settleTwice?: boolean;
    /** Settling records, and fails before it leaves its result, past all retries. */
    readonly settleFails?: boolean;
    /** Stopped, out of time, or failed at its close, past all retries. */
    readonly neverCloses?: boolean;
  };
  const sweepRegion = async (clock: VirtualClock, task: KeysTask, night: Night): Promise<number> => {
    let done: KeysDone = { ...task, done: false };
    let runs = 0;
    for (; !done.done; runs += 1) done = await keys(clock, done, night.seconds ?? 840);
    night.meanwhile?.(done);
    for (let n = 0; n < (night.settleTwice === true ? 2 : 1); n += 1) await settleRegion(done, ports(clock));
    if (night.settleFails === true) results.objects.delete(settledKey(task.sweep, task));
    return runs;
  };
  const run = async (
    id: string,
    night: Night = {},
  ): Promise<{ readonly summary: SweepSummary; readonly runs: number }> => {
    const clock = virtualClock(night.at ?? start);
    const all = async () => {
      const task = { id, startedAt: new Date(clock.now()).toISOString() };
      const planned = await planSweep(task, config, { estate: estateAt(clock), clock, results });
      let runs = 0;
      for (const place of placesIn(results.objects.get(planned.placesKey) ?? '[]')) {
        runs += await sweepRegion(clock, firstTask(planned.sweep, place), night);
      }
      if (night.neverCloses === true) throw new Error('never closed');
      const summary = await closeSweep({ sweep: planned.sweep }, ports(clock));
      return { summary, runs };
    };
    return clock.run(all());
  };
  const lines = ({ prefix }: Pick<SweepSummary, 'prefix'>): readonly SweepLine[] =>
    [...results.objects]
      .filter(([key]) => key.startsWith(`${prefix}/keys/`))
      .flatMap(([, text]) =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map(parseSweepLine),
      );
  const finding = (rule: string, keyArn: string): StoredFinding | undefined =>
    [...ledger.findings.values()].find((each) => each.rule === rule && each.keyArn === keyArn);
  return { run, lines, finding, ledger, results, findings, sweeps, alerts, moves, ports, keys, off, settings, brought };
};

export const firstTask = (sweep: SweepId, place: SweepPlace): KeysTask => ({
  sweep,
  ...place,
  run: 1,
  cursor: null,
  asksLeft: 10_000,
  pieces: [],
});

const placesIn = (text: string): readonly SweepPlace[] => {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error('no work list');
  return parsed.map(({ account, region }: { account: unknown; region: unknown }) => ({
    account: String(account),
    region: String(region),
  }));
};
