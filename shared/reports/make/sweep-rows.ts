import * as z from 'zod/mini';
import type { KeyRow } from '../../sweep/key-row.ts';
import { manifestKey } from '../../sweep/result-store.ts';
import type { ManifestLine } from '../../sweep/settled-region.ts';
import { parseSweepLine } from '../../sweep/sweep-line.ts';
import type { RegionReport, UnreadableKey } from '../../sweep/sweep-report.ts';
import type { SweepSummary } from '../../sweep/sweep-summary.ts';
import type { ReportSweep } from '../report-input.ts';
import type { ReportSources } from './ports.ts';

export type ReadSweep = { readonly sweep: ReportSweep; readonly keyRows: readonly KeyRow[] };

// Written by `closeSweep` alone, into a bucket that nobody else writes to.
const manifestLine = z.custom<ManifestLine>(
  (value) => typeof value === 'object' && value !== null && 'keyObjects' in value && 'account' in value,
);

export const manifestOf = async (
  sweep: Pick<SweepSummary, 'prefix'>,
  { results }: Pick<ReportSources, 'results'>,
): Promise<readonly ManifestLine[]> => {
  const lines: ManifestLine[] = [];
  for await (const line of results.lines(manifestKey(sweep))) lines.push(manifestLine.parse(JSON.parse(line)));
  return lines;
};

/** The keys of a sweep as it saw them, read line by line. A key that two runs looked at counts once, as seen last. */
export const sweepRows = async (
  summary: SweepSummary,
  manifest: readonly ManifestLine[],
  ports: Pick<ReportSources, 'results'>,
): Promise<ReadSweep> => {
  const rows = new Map<string, KeyRow>();
  const unreadable = new Map<string, UnreadableKey>();
  for (const key of manifest.flatMap(({ keyObjects }) => keyObjects)) {
    for await (const text of ports.results.lines(key)) {
      const line = parseSweepLine(text);
      if (line.line === 'gone') rows.delete(line.keyArn);
      if (line.line !== 'key') continue;
      const { keyArn, account, region } = line.row;
      rows.set(keyArn, line.row);
      if (line.lacks.length > 0) unreadable.set(keyArn, { account, region, keyArn, lacks: line.lacks });
      else unreadable.delete(keyArn);
    }
  }
  const { startedAt, finishedAt, apiCalls } = summary;
  const sweep = { startedAt, finishedAt, keys: summary.keys, apiCalls, regions: manifest.map(regionOf) };
  return { sweep: { ...sweep, unreadable: [...unreadable.values()] }, keyRows: [...rows.values()] };
};

const regionOf = ({ keyObjects: _keys, findingObjects: _findings, ...region }: ManifestLine): RegionReport => region;
