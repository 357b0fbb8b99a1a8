import type { GuardSettings } from '../shared/evaluate.ts';
import type { Clock } from '../shared/ports.ts';
import { concurrently } from '../shared/sweep/concurrently.ts';
import { patiently } from '../shared/sweep/patience.ts';
import type { KeyRow } from '../shared/sweep/key-row.ts';
import type { Places } from '../shared/sweep/plan.ts';
import type { Estate } from '../shared/sweep/ports.ts';
import type { SweepPlace as Place } from '../shared/sweep/result-store.ts';
import type { SweepFinding } from '../shared/sweep/sweep-finding.ts';
import { type SweepEvent, sweepRegion } from '../shared/sweep/sweep-region.ts';
import {
  type RegionReport,
  type SweepReport,
  type UnreadableKey,
  unreadableRegion,
} from '../shared/sweep/sweep-report.ts';

export type SweepRun = {
  readonly estate: Estate;
  readonly clock: Clock;
  readonly settings: GuardSettings;
  /** Ids of the rules, where not all are asked. */
  readonly narrowedTo?: readonly string[];
  readonly lastUseAsks: number;
  readonly onProgress: (progress: SweepProgress) => void;
};

export type SweepProgress = {
  readonly regions: number;
  readonly regionsDone: number;
  readonly keys: number;
  readonly findings: number;
};

/** Regions have quotas of their own: many are looked at at the same time. */
const regionsAtOnce = 16;

type Gathered = {
  keys: number;
  readonly calls: Map<string, number>;
  readonly regions: RegionReport[];
  readonly unreadable: UnreadableKey[];
  readonly findings: SweepFinding[];
  readonly keyRows: KeyRow[];
};

/** Looks at every place; what cannot be read is in the report, and hides nothing else. */
export const runSweep = async (run: SweepRun, { places, unreadable }: Places): Promise<SweepReport> => {
  const startedAt = isoNow(run.clock);
  const gathered: Gathered = {
    keys: 0,
    calls: new Map(),
    regions: [...unreadable],
    unreadable: [],
    findings: [],
    keyRows: [],
  };
  const tell = (): void =>
    run.onProgress({
      regions: places.length + unreadable.length,
      regionsDone: gathered.regions.length,
      keys: gathered.keys,
      findings: gathered.findings.length,
    });
  tell();
  const sweepOne = (place: Place): Promise<void> => sweepPlace(run, place, { gathered, tell });
  for await (const _ of concurrently(listed(places), regionsAtOnce, sweepOne)) tell();
  const { keys, calls, regions, findings, keyRows } = gathered;
  const byPlace = (one: Place, other: Place): number =>
    one.account.localeCompare(other.account) || one.region.localeCompare(other.region);
  return {
    startedAt,
    finishedAt: isoNow(run.clock),
    ...(run.narrowedTo === undefined ? {} : { rules: run.narrowedTo }),
    keys,
    apiCalls: Object.fromEntries([...calls].sort(([one], [other]) => one.localeCompare(other))),
    regions: regions.sort(byPlace),
    unreadable: gathered.unreadable.sort(byPlace),
    findings: findings.sort(
      (one, other) => byPlace(one, other) || (one.keyArn ?? '').localeCompare(other.keyArn ?? ''),
    ),
    keyRows: keyRows.sort((one, other) => byPlace(one, other) || one.keyArn.localeCompare(other.keyArn)),
  };
};

const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();

async function* listed(places: readonly Place[]): AsyncGenerator<Place> {
  yield* places;
}

const sweepPlace = async (
  run: SweepRun,
  place: Place,
  { gathered, tell }: { readonly gathered: Gathered; readonly tell: () => void },
): Promise<void> => {
  const { account, region } = place;
  const opened = await patiently(run.clock, () => run.estate.open(place));
  if (!opened.known) {
    gathered.regions.push(unreadableRegion(account, region, opened.detail));
    return;
  }
  const { gate, close, ...ports } = opened.value;
  const { clock, settings, lastUseAsks } = run;
  try {
    for await (const event of sweepRegion({ ...place, ...ports, clock, settings, lastUseAsks })) {
      gather(gathered, place, event);
      tell();
    }
  } finally {
    close();
  }
  for (const [api, count] of Object.entries(gate.calls())) {
    gathered.calls.set(api, (gathered.calls.get(api) ?? 0) + count);
  }
};

const gather = (gathered: Gathered, place: Place, event: SweepEvent): void => {
  switch (event.kind) {
    case 'aws-managed':
    case 'gone':
      return;
    case 'region':
      gathered.findings.push(...event.findings);
      return;
    case 'end': {
      const { kind: _kind, cursor: _cursor, listed: _listed, problems: _problems, ...region } = event;
      gathered.regions.push(region);
      return;
    }
    case 'judged':
    case 'unreadable': {
      const { keyArn, row, lacks, findings } = event;
      gathered.keys += 1;
      gathered.findings.push(...findings);
      gathered.keyRows.push(row);
      if (lacks.length > 0) gathered.unreadable.push({ ...place, keyArn, lacks });
    }
  }
};
