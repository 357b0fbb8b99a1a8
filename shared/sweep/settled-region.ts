import * as z from 'zod/mini';
import { severities, type Severity } from '../rules/define-rule.ts';
import type { ApiCalls } from './sweep-line.ts';
import type { SweepPlace } from './result-store.ts';
import type { StatusChange } from '../ledger/finding-history.ts';
import type { SweepFinding } from './sweep-finding.ts';
import type { RegionReport } from './sweep-report.ts';

/** A finding that stands about a Region after its sweep, or was resolved by it: what reports read, a line each. */
export type StandingFinding = SweepFinding & {
  readonly status: 'open' | 'waived' | 'approved' | 'resolved';
  readonly resolvedAt: string | null;
  /** Oldest first. */
  readonly history: readonly StatusChange[];
};

/** A finding in an alert. */
export type NewFinding = Pick<StandingFinding, 'id' | 'account' | 'region' | 'keyArn' | 'severity' | 'message'> & {
  readonly alias: string | null;
};

/** What one rule brought up: counts, and a few of the worst. */
export type RuleNews = {
  readonly rule: string;
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
  /** Of what opened; null where nothing did. */
  readonly severity: Severity | null;
  readonly worst: readonly NewFinding[];
};

/** Open violations by severity; the rest beside them. */
export type FindingCounts = {
  readonly open: Readonly<Record<Severity, number>>;
  readonly undetermined: number;
  readonly waived: number;
  readonly approved: number;
};

/** What is left of a Region when it is settled: small, however many keys it has. */
export type SettledRegion = {
  readonly report: RegionReport;
  readonly calls: ApiCalls;
  readonly findings: FindingCounts;
  readonly news: readonly RuleNews[];
  /** Objects with `SweepLine`s, and with `StandingFinding`s. */
  readonly keyObjects: readonly string[];
  readonly findingObjects: readonly string[];
  /** Set where the state machine gave the Region up. */
  readonly failed: boolean;
};

/** A line of the manifest: what was read of a Region, and where it stands. */
export type ManifestLine = RegionReport & Pick<SettledRegion, 'keyObjects' | 'findingObjects'>;

// Written by this code alone: only its shape is checked.
export const settledRegionSchema = z.custom<SettledRegion>(
  (value) => typeof value === 'object' && value !== null && 'report' in value && 'news' in value,
);

export const noFindings: FindingCounts = {
  open: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
  undetermined: 0,
  waived: 0,
  approved: 0,
};

export const addFindings = (one: FindingCounts, other: FindingCounts): FindingCounts => ({
  open: {
    info: one.open.info + other.open.info,
    low: one.open.low + other.open.low,
    medium: one.open.medium + other.open.medium,
    high: one.open.high + other.open.high,
    critical: one.open.critical + other.open.critical,
  },
  undetermined: one.undetermined + other.undetermined,
  waived: one.waived + other.waived,
  approved: one.approved + other.approved,
});

/** One more finding that stands. */
export const countFinding = (
  counts: FindingCounts,
  { status, verdict, severity }: Pick<StandingFinding, 'status' | 'verdict' | 'severity'>,
): FindingCounts => {
  switch (status) {
    case 'resolved':
      return counts;
    case 'waived':
      return { ...counts, waived: counts.waived + 1 };
    case 'approved':
      return { ...counts, approved: counts.approved + 1 };
    case 'open':
      return verdict === 'undetermined'
        ? { ...counts, undetermined: counts.undetermined + 1 }
        : { ...counts, open: { ...counts.open, [severity]: counts.open[severity] + 1 } };
  }
};

const worstKept = 5;

/** What two parts of a sweep bring up about one rule; the worst few of both stay. */
export const addNews = (one: readonly RuleNews[], other: readonly RuleNews[]): readonly RuleNews[] => {
  const byRule = new Map(one.map((news) => [news.rule, news]));
  for (const news of other) {
    const before = byRule.get(news.rule);
    byRule.set(news.rule, before === undefined ? news : sum(before, news));
  }
  return [...byRule.values()];
};

const rank = (severity: Severity | null): number => (severity === null ? -1 : severities.indexOf(severity));

const sum = (one: RuleNews, other: RuleNews): RuleNews => ({
  rule: one.rule,
  opened: one.opened + other.opened,
  reopened: one.reopened + other.reopened,
  resolved: one.resolved + other.resolved,
  severity: rank(one.severity) >= rank(other.severity) ? one.severity : other.severity,
  worst: [...one.worst, ...other.worst].sort((a, b) => rank(b.severity) - rank(a.severity)).slice(0, worstKept),
});

export const placeOf = ({ report: { account, region } }: SettledRegion): SweepPlace => ({ account, region });
