import * as z from 'zod/mini';
import { sweepAlerts } from '../alerts/sweep-alert.ts';
import type { Alerter, Clock } from '../ports.ts';
import { concurrently } from './concurrently.ts';
import { earliest } from './late-news.ts';
import { manifestIn } from './last-manifest.ts';
import { endSweep } from './open-sweeps.ts';
import {
  latestKey,
  manifestKey,
  placesKey,
  reportKey,
  type ResultStore,
  settledKey,
  sweepIdSchema,
  unplannedKey,
} from './result-store.ts';
import {
  addFindings,
  addNews,
  type ManifestLine,
  noFindings,
  type SettledRegion,
  settledRegionSchema,
} from './settled-region.ts';
import { addCalls } from './sweep-line.ts';
import { type RegionReport, unreadableRegion } from './sweep-report.ts';
import type { SweepBook, SweepSummary } from './sweep-summary.ts';
import { unplannedRegions } from './unplanned.ts';

/** A sweep whose Map is over; `failure` where too much of it failed. */
export const closeTaskSchema = z.object({
  sweep: sweepIdSchema,
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});
export type CloseTask = z.infer<typeof closeTaskSchema>;

export type ClosePorts = {
  readonly results: ResultStore;
  readonly sweeps: SweepBook;
  readonly alerter: Alerter;
  readonly clock: Pick<Clock, 'now'>;
};

const placesSchema = z.array(z.object({ account: z.string(), region: z.string() }));
// Written by the plan alone.
const unplannedSchema = z.custom<readonly RegionReport[]>((value) => Array.isArray(value));

const readsAtOnce = 64;
/** An item of DynamoDB holds 400 KB. */
const incompleteKept = 200;

/** Adds up the Regions, writes the summary and tells what is new. Doing it again does the same. @throws RetryableFault */
export const closeSweep = async (task: CloseTask, ports: ClosePorts): Promise<SweepSummary> => {
  const { results, sweeps, alerter } = ports;
  const before = await sweeps.last();
  const { unsettled, incomplete, ...sums } = await summaryOf(task, ports, before);
  const { startedAt } = task.sweep;
  const untoldSince = unsettled ? earliest([before?.untoldSince, task.sweep.untoldSince, startedAt]) : null;
  const summary = { ...sums, untoldSince, incomplete: incomplete.slice(0, incompleteKept) };
  await results.put(reportKey(task.sweep), JSON.stringify(summary));
  await results.put(latestKey, JSON.stringify(summary));
  // Where this sweep itself is the last that was saved, all of its alerts went out before it was.
  const known = await withAllIncomplete(before, results);
  for (const alert of sweepAlerts({ ...summary, incomplete }, known)) await alerter.send(alert);
  // Last: an alert that did not go out is sent by the attempt that saves it.
  await sweeps.save(summary);
  await endSweep(results, task.sweep);
  return summary;
};

/** A summary names so many at most: with the rest of them, so that one more is seen to be new. */
const withAllIncomplete = async (before: SweepSummary | null, results: ResultStore): Promise<SweepSummary | null> =>
  before === null || before.incomplete.length < incompleteKept
    ? before
    : { ...before, incomplete: (await manifestIn(results, before)).filter(({ state }) => state !== 'complete') };

type Summed = SweepSummary & { readonly unsettled: boolean };

const summaryOf = async (
  { sweep, failure }: CloseTask,
  { results, clock }: ClosePorts,
  before: SweepSummary | null,
): Promise<Summed> => {
  const unplanned = unplannedSchema.parse(JSON.parse((await results.get(unplannedKey(sweep))) ?? '[]'));
  const places = placesSchema.parse(JSON.parse((await results.get(placesKey(sweep))) ?? '[]'));
  const manifest: ManifestLine[] = [];
  const sums = startSums();
  let isUnsettled = false;
  const read = async (place: { readonly account: string; readonly region: string }): Promise<SettledRegion> => {
    const text = await results.get(settledKey(sweep, place));
    if (text !== null) return settledRegionSchema.parse(JSON.parse(text));
    isUnsettled = true;
    return unsettledRegion(place);
  };
  for await (const settled of concurrently(each(places), readsAtOnce, read)) {
    addRegion(sums, settled);
    const { keyObjects, findingObjects } = settled;
    manifest.push({ ...settled.report, keyObjects, findingObjects });
  }
  for (const report of unplanned) {
    countRegion(sums, report);
    manifest.push({ ...report, keyObjects: [], findingObjects: [] });
  }
  for (const line of await unplannedRegions({ places, unplanned, before }, results)) {
    const { keyObjects: _keys, findingObjects: _findings, ...report } = line;
    countRegion(sums, report);
    manifest.push(line);
  }
  manifest.sort(byPlace);
  await results.put(manifestKey(sweep), manifest.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { id, prefix, startedAt } = sweep;
  return {
    id,
    prefix,
    startedAt,
    finishedAt: new Date(clock.now()).toISOString(),
    failure:
      failure === undefined ? null : `${failure.Error ?? 'it failed'} ${failure.Cause ?? ''}`.trim().slice(0, 300),
    ...sums,
    incomplete: sums.incomplete.sort(byPlace),
    unsettled: isUnsettled,
  };
};

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const byPlace = (one: RegionReport, other: RegionReport): number =>
  one.account.localeCompare(other.account) || one.region.localeCompare(other.region);

/** The state machine stopped before it was settled, or settling it failed. */
const unsettledRegion = ({
  account,
  region,
}: {
  readonly account: string;
  readonly region: string;
}): SettledRegion => ({
  report: unreadableRegion(account, region, 'its part of the sweep did not come to its end'),
  calls: {},
  findings: noFindings,
  news: [],
  keyObjects: [],
  findingObjects: [],
  failed: true,
});

type Sums = Pick<
  SweepSummary,
  'keys' | 'awsManagedKeys' | 'unreadableKeys' | 'lastUseDeferred' | 'apiCalls' | 'findings' | 'news'
> & { readonly regions: Record<RegionReport['state'], number>; readonly incomplete: RegionReport[] };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const startSums = (): Mutable<Sums> => ({
  keys: 0,
  awsManagedKeys: 0,
  unreadableKeys: 0,
  lastUseDeferred: 0,
  apiCalls: {},
  findings: noFindings,
  news: [],
  regions: { complete: 0, partial: 0, unreadable: 0 },
  incomplete: [],
});

const addRegion = (sums: Mutable<Sums>, { report, calls, findings, news }: SettledRegion): void => {
  countRegion(sums, report);
  sums.apiCalls = addCalls(sums.apiCalls, calls);
  sums.findings = addFindings(sums.findings, findings);
  sums.news = addNews(sums.news, news);
};

const countRegion = (sums: Mutable<Sums>, report: RegionReport): void => {
  sums.keys += report.keys;
  sums.awsManagedKeys += report.awsManagedKeys;
  sums.unreadableKeys += report.unreadableKeys;
  sums.lastUseDeferred += report.lastUseDeferred;
  sums.regions[report.state] += 1;
  if (report.state !== 'complete') sums.incomplete.push(report);
};
