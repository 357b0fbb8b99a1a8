import { manifestIn } from './last-manifest.ts';
import type { ResultStore, SweepPlace } from './result-store.ts';
import type { ManifestLine } from './settled-region.ts';
import { type RegionReport, unreadableRegion } from './sweep-report.ts';
import type { SweepSummary } from './sweep-summary.ts';

export type Unplanned = {
  /** What this sweep was to look at. */
  readonly places: readonly SweepPlace[];
  /** What it could not plan: an account, or the organization. */
  readonly unplanned: readonly RegionReport[];
  /** The sweep before it; null before the first. */
  readonly before: Pick<SweepSummary, 'prefix'> | null;
};

/**
 * The Regions that the sweep before knew, and this one could not even plan, for nobody told which there are: they are as unread as
 * any other, and reports look among them for what stands in the ledger. @throws RetryableFault
 */
export const unplannedRegions = async (
  { places, unplanned, before }: Unplanned,
  results: Pick<ResultStore, 'get'>,
): Promise<readonly ManifestLine[]> => {
  if (unplanned.length === 0 || before === null) return [];
  const planned = new Set(places.map(nameOf));
  const whole = unplanned.find(({ account }) => !/^\d{12}$/.test(account));
  const byAccount = new Map(unplanned.map((report) => [report.account, report]));
  const lines = await manifestIn(results, before);
  return lines.flatMap((known): readonly ManifestLine[] => {
    const why = byAccount.get(known.account) ?? whole;
    if (why === undefined || known.region === why.region || planned.has(nameOf(known))) return [];
    const { account, region } = known;
    return [{ ...unreadableRegion(account, region, why.reason ?? ''), keyObjects: [], findingObjects: [] }];
  });
};

const nameOf = ({ account, region }: SweepPlace): string => `${account} ${region}`;
