import * as z from 'zod/mini';
import type { GuardSettings } from '../evaluate.ts';
import type { Clock } from '../ports.ts';
import { type BringSettings, callBringer } from './bring-calls.ts';
import { lineWriter, type LineWriter } from './line-writer.ts';
import type { KeyResult, SweepLedger } from './look-at-key.ts';
import { patiently } from './patience.ts';
import type { Estate, OpenRegion } from './ports.ts';
import { allowedRate, type QuotaSettings } from './quotas.ts';
import { linesKey, type ResultStore, sweepIdSchema } from './result-store.ts';
import type { SweepLine } from './sweep-line.ts';
import { type RegionEnd, type SweepEvent, sweepRegion } from './sweep-region.ts';

/** One run of one account and Region: the state machine hands it from run to run until it is `done`. */
export const keysTaskSchema = z.object({
  sweep: sweepIdSchema,
  account: z.string(),
  region: z.string(),
  /** From 1. */
  run: z.int(),
  cursor: z.nullable(z.object({ marker: z.nullable(z.string()), after: z.nullable(z.string()) })),
  /** So many keys may still be asked for their last use. */
  asksLeft: z.int(),
  /** How many objects each run before wrote. */
  pieces: z.array(z.int()),
});

export type KeysTask = z.infer<typeof keysTaskSchema>;
export type KeysDone = KeysTask & { readonly done: boolean };

export type KeysRun = {
  readonly estate: Estate;
  readonly ledger: SweepLedger;
  readonly results: Pick<ResultStore, 'put'>;
  readonly clock: Clock;
  readonly settings: GuardSettings;
  readonly quota: QuotaSettings;
  /** Null where no deletion is cancelled: then no call is brought to the guard. */
  readonly bringing: BringSettings | null;
  /** Milliseconds since the epoch: no key is begun after it. */
  readonly deadline: number;
};

/** Writes its part of the result and says where to go on. What cannot be read is a result, too. @throws RetryableFault */
export const runKeys = async (run: KeysRun, task: KeysTask): Promise<KeysDone> => {
  const { account, region } = task;
  const writer = lineWriter(run.results, (piece) => linesKey(task.sweep, { account, region, run: task.run, piece }));
  const at = (): string => new Date(run.clock.now()).toISOString();
  const opened = await patiently(run.clock, () => run.estate.open({ account, region }));
  if (!opened.known) {
    await writer.write({ line: 'end', at: at(), end: closedEnd(task, opened.detail), calls: {} } satisfies SweepLine);
    return { ...task, run: task.run + 1, pieces: [...task.pieces, await writer.end()], done: true };
  }
  const { gate, close } = opened.value;
  try {
    const end = await sweepInto(writer, { run, task, opened: opened.value });
    const calls = gate.calls();
    await writer.write({ line: 'end', at: at(), end, calls } satisfies SweepLine);
    return {
      ...task,
      run: task.run + 1,
      // A run that got nowhere would be followed by another one for ever.
      done: end.cursor === null || end.keys + end.awsManagedKeys === 0,
      cursor: end.cursor,
      asksLeft: Math.max(0, task.asksLeft - (calls.GetKeyLastUsage ?? 0)),
      pieces: [...task.pieces, await writer.end()],
    };
  } finally {
    close();
  }
};

type Sweeping = {
  readonly run: KeysRun;
  readonly task: KeysTask;
  readonly opened: OpenRegion;
};

const sweepInto = async (writer: LineWriter, { run, task, opened }: Sweeping): Promise<RegionEnd> => {
  const { clock, ledger, settings, deadline, quota } = run;
  const { account, region, cursor, asksLeft: lastUseAsks } = task;
  const { reader, lister, history, trails, forwarding } = opened;
  const ports = { reader, lister, history, trails, forwarding, ledger, clock };
  const concurrency = keysAtOnce(quota, deadline - clock.now());
  const from = cursor === null ? {} : { cursor };
  const bring = bringerOf({ run, task, opened });
  const place = { account, region, settings, lastUseAsks, deadline, concurrency, ...from };
  for await (const event of sweepRegion({ ...place, ...ports })) {
    if (event.kind === 'end') return event;
    const line = lineOf(event.kind === 'region' ? event : await bring(event));
    if (line !== null) await writer.write(line);
  }
  throw new Error(`the sweep of ${account} ${region} did not end`);
};

const bringerOf = ({ run, task, opened }: Sweeping): ((result: KeyResult) => Promise<KeyResult>) => {
  const { clock, settings, deadline, bringing } = run;
  if (bringing === null) return (result) => Promise.resolve(result);
  const { schedulings } = opened;
  return callBringer({ ...bringing, schedulings, clock, config: settings.config, sweep: task.sweep.id, deadline });
};

const lineOf = (event: Exclude<SweepEvent, RegionEnd>): SweepLine | null => {
  switch (event.kind) {
    case 'aws-managed':
      return null;
    case 'gone':
      return { line: 'gone', at: event.at, keyArn: event.keyArn };
    case 'region':
      return { line: 'region', at: event.at, findings: event.findings, clear: event.clear };
    case 'judged':
    case 'unreadable': {
      const { at, row, findings, lacks } = event;
      return { line: 'key', at, row, findings, clear: event.kind === 'judged' ? event.clear : [], lacks };
    }
  }
};

/** A run may be late by half a minute: in that time the last use of every key that was begun must be asked for. */
const latestInMilliseconds = 26_000;
const mostAtOnce = 64;

const keysAtOnce = (quota: QuotaSettings, timeLeft: number): number => {
  const seconds = Math.max(0, Math.min(latestInMilliseconds, timeLeft)) / 1_000;
  return Math.max(1, Math.min(mostAtOnce, Math.floor(allowedRate('GetKeyLastUsage', quota) * seconds)));
};

/** An account that does not let the role in. */
const closedEnd = ({ account, region, cursor }: KeysTask, reason: string): RegionEnd => ({
  kind: 'end',
  account,
  region,
  keys: 0,
  awsManagedKeys: 0,
  unreadableKeys: 0,
  lastUseDeferred: 0,
  state: cursor === null ? 'unreadable' : 'partial',
  listed: false,
  problems: [reason],
  reason,
  cursor,
});
