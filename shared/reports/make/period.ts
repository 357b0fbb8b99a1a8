import type { ReportKind } from '../../config/report-config.ts';
import type { HeartbeatGap, ReportPeriod, TrendPoint } from '../report-input.ts';

const hour = 3_600_000;
const day = 24 * hour;
const iso = (time: number): string => new Date(time).toISOString();

/** The day, week or month that ends at `at`, ISO 8601. */
export const periodOf = (kind: ReportKind, at: string): ReportPeriod => {
  const to = Date.parse(at);
  return { kind, from: iso(before(kind, to)), to: iso(to) };
};

const before = (kind: ReportKind, time: number): number => {
  if (kind !== 'monthly') return time - (kind === 'daily' ? day : 7 * day);
  const date = new Date(time);
  const lastMonth = new Date(time);
  lastMonth.setUTCDate(1);
  lastMonth.setUTCMonth(date.getUTCMonth() - 1);
  const days = new Date(Date.UTC(lastMonth.getUTCFullYear(), lastMonth.getUTCMonth() + 1, 0)).getUTCDate();
  lastMonth.setUTCDate(Math.min(date.getUTCDate(), days));
  return lastMonth.getTime();
};

/** Stretches of whole hours without a beat of every guard. `hours` are as `Heartbeats` names them: `2026-11-22T03`. */
export const gapsIn = ({ from, to }: ReportPeriod, beats: readonly (readonly string[])[]): readonly HeartbeatGap[] => {
  const sets = beats.map((hours) => new Set(hours));
  const gaps: { from: string; to: string }[] = [];
  const end = Math.floor(Date.parse(to) / hour) * hour;
  for (let at = Math.ceil(Date.parse(from) / hour) * hour; at < end; at += hour) {
    if (sets.every((hours) => hours.has(iso(at).slice(0, 13)))) continue;
    const last = gaps.at(-1);
    if (last?.to === iso(at)) last.to = iso(at + hour);
    else gaps.push({ from: iso(at), to: iso(at + hour) });
  }
  return gaps;
};

/** A report that was due and never made is a point without a sweep: a line drawn across it would look like good news. */
export const withMissing = (points: readonly TrendPoint[], kind: ReportKind, until: string): readonly TrendPoint[] => {
  const step = { daily: day, weekly: 7 * day, monthly: 31 * day }[kind];
  const ends = [...points.map(({ at }) => at), until];
  return points.flatMap((point, index) => {
    const from = Date.parse(point.at);
    // A change of the clocks moves a report by an hour; a schedule may be late.
    const lost = Math.round((Date.parse(ends[index + 1] ?? until) - from) / step) - 1;
    return [
      point,
      ...Array.from({ length: Math.max(0, Math.min(lost, 60)) }, (_, at) => missing(from + (at + 1) * step)),
    ];
  });
};

const missing = (time: number): TrendPoint => ({
  at: iso(time),
  sweep: 'missing',
  open: null,
  undetermined: null,
  rotation: null,
  keys: null,
});
