import * as z from 'zod/mini';
import type { ReportKind } from '../../config/report-config.ts';
import { trendPoint } from '../json-schema-parts.ts';
import type { PreviousReport, TrendPoint } from '../report-input.ts';
import type { Report } from '../report.ts';
import { withMissing } from './period.ts';
import type { ReportPorts, ReportSources } from './ports.ts';

/** What one report leaves for later ones: its figures, and which findings were open. */
const storedPoint = z.object({ point: trendPoint, openFindings: z.readonly(z.array(z.string())) });

const prefixOf = (kind: ReportKind): string => `points/${kind}/`;
/** One a day: a report that is made again replaces its point. */
const keyOf = (kind: ReportKind, at: string): string => `${prefixOf(kind)}${at.slice(0, 10)}.json`;

/** So many reports are compared: five years of weeks, or a year of days at most. */
const mostCompared = { daily: 92, weekly: 104, monthly: 60 } as const;

export type Earlier = { readonly trend: readonly TrendPoint[]; readonly previous: PreviousReport | null };

/** The reports of a kind before one made at `at`. */
export const earlierReports = async (
  kind: ReportKind,
  at: string,
  { evidence, log }: Pick<ReportSources, 'evidence' | 'log'>,
): Promise<Earlier> => {
  const own = keyOf(kind, at);
  const keys = (await evidence.list(prefixOf(kind))).filter((key) => key < own).slice(-mostCompared[kind]);
  const points: z.infer<typeof storedPoint>[] = [];
  for (const key of keys) {
    const read = pointIn(await evidence.get(key));
    if (read === null) log.error(`${key} is no point of a report`, key);
    else points.push(read);
  }
  const last = points.at(-1);
  return {
    trend: withMissing(
      points.map(({ point }) => point),
      kind,
      at,
    ),
    previous: last === undefined ? null : { at: last.point.at, openFindings: last.openFindings, earlierFindings: [] },
  };
};

const pointIn = (text: string | null): z.infer<typeof storedPoint> | null => {
  try {
    return text === null ? null : storedPoint.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

export const savePoint = async (
  kind: ReportKind,
  { point, findings }: Report,
  { evidence }: Pick<ReportPorts, 'evidence'>,
): Promise<void> => {
  const openFindings = findings.filter(({ status }) => status !== 'resolved').map(({ id }) => id);
  const object = { key: keyOf(kind, point.at), mediaType: 'application/json' };
  await evidence.put(object, [JSON.stringify({ point, openFindings })]);
};
