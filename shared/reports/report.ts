import type { Severity } from '../rules/define-rule.ts';
import type { KeyRow } from '../sweep/key-row.ts';
import type { RegionReport, UnreadableKey } from '../sweep/sweep-report.ts';
import type {
  HeartbeatGap,
  ReportAction,
  ReportApproval,
  ReportFinding,
  ReportPeriod,
  ReportRule,
  ReportSweep,
  ReportWaiver,
  TrendPoint,
} from './report-input.ts';

export type SeverityCounts = Readonly<Record<Severity, number>>;

/** What became of a finding since the last report; null where there is no report to compare with. */
export type Standing = 'new' | 'reopened' | 'known' | 'resolved';

/** Worst first; resolved ones last. */
export type FindingLine = ReportFinding & { readonly standing: Standing | null };

export type RuleCounts = {
  /** Violations that no waiver covers. */
  readonly open: number;
  readonly undetermined: number;
  readonly waived: number;
  readonly resolved: number;
};

/** A rule and what it found; `worst` is that of its open violations. */
export type RuleLine = ReportRule & RuleCounts & { readonly worst: Severity | null };

/** A key and what stands open about it. */
export type KeyLine = KeyRow & {
  readonly open: number;
  readonly undetermined: number;
  readonly waived: number;
  readonly worst: Severity | null;
};

/** US dollars a month: a range where what a key costs depends on how often it was rotated. */
export type MonthlyCost = { readonly usdFrom: number; readonly usdTo: number };

export type Headline = {
  readonly open: SeverityCounts;
  readonly openTotal: number;
  readonly undetermined: number;
  readonly waived: number;
  /** Against the report before; null without one. */
  readonly changes: { readonly new: number; readonly reopened: number; readonly resolved: number } | null;
  /** The last earlier report that had a sweep, with which the numbers are compared; null without one. */
  readonly comparedAt: string | null;
  readonly openChange: number | null;
  readonly keys: number | null;
  readonly keysChange: number | null;
  /** Percent of the keys that KMS can rotate; one that could not be read does not count as rotating. Null without such a key. */
  readonly rotationPercent: number | null;
  readonly rotationChange: number | null;
  /** Calls of the period that the guard undid, in whole or in part; null where the ledger was not read. */
  readonly undoneCalls: number | null;
  /** Of those the ones of which a remedy failed. */
  readonly undoneInPart: number | null;
  /** Calls that it was to undo, and could not. */
  readonly notUndone: number | null;
};

export const lastUseSpans = ['week', 'month', 'quarter', 'year', 'older', 'never', 'untracked', 'unread'] as const;
/** `untracked`: older than AWS's record of uses, and none since; `unread`: it was not asked, or could not be. */
export type LastUseSpan = (typeof lastUseSpans)[number];

export type PendingDeletion = Pick<KeyRow, 'keyArn' | 'account' | 'region' | 'aliases' | 'lastUse'> & {
  /** Null for a primary that waits for its replicas. */
  readonly deletionDate: string | null;
};

export type UnusedInAccount = MonthlyCost & {
  readonly account: string;
  readonly keys: number;
  /** Keys of which the price is not known. */
  readonly unpriced: number;
};

export type Figures = {
  readonly rotation: {
    readonly on: number;
    readonly off: number;
    readonly unsupported: number;
    readonly unread: number;
  };
  readonly lastUse: Readonly<Record<LastUseSpan, number>>;
  /** Soonest first. */
  readonly pendingDeletions: readonly PendingDeletion[];
  /** Dearest first. */
  readonly unused: readonly UnusedInAccount[];
  readonly unusedTotal: MonthlyCost & { readonly keys: number; readonly unpriced: number };
};

export type AccountCoverage = {
  readonly account: string;
  readonly name: string | null;
  readonly state: RegionReport['state'];
  readonly keys: number;
  readonly regions: readonly RegionReport[];
};

/** Open violations of one account. */
export type AccountFindings = { readonly account: string; readonly open: SeverityCounts; readonly total: number };

/** A rule that could not decide for some keys. */
export type UndecidedRule = {
  readonly rule: string;
  readonly title: string;
  readonly keys: number;
  readonly why: string;
};

export type Coverage = {
  readonly accounts: readonly AccountCoverage[];
  readonly regions: { readonly complete: number; readonly partial: number; readonly unreadable: number };
  readonly unreadableKeys: readonly UnreadableKey[];
  readonly lastUseDeferred: number;
  readonly undecided: readonly UndecidedRule[];
  readonly heartbeatGaps: readonly HeartbeatGap[] | null;
  /** Hours, null where heartbeats are not known. */
  readonly hoursWithoutHeartbeat: number | null;
};

/** A part that the source could not give, and why; never to be read as "none". */
export type AbsentPart = { readonly part: string; readonly why: string };

/** The aggregated, sorted model that every format renders: the same input makes the same bytes. */
export type Report = {
  readonly schema: 'kms-guard/report/1';
  readonly title: string;
  readonly generatedAt: string;
  readonly period: ReportPeriod;
  readonly previousAt: string | null;
  readonly sweep: (Omit<ReportSweep, 'regions' | 'unreadable'> & { readonly state: 'complete' | 'partial' }) | null;
  readonly headline: Headline;
  readonly findings: readonly FindingLine[];
  readonly rules: readonly RuleLine[];
  /** Those with the most first; only accounts that have any. */
  readonly accounts: readonly AccountFindings[];
  /** Null: not in this report. Those with the worst findings first. */
  readonly keys: readonly KeyLine[] | null;
  /** Null where no key is in this report. */
  readonly figures: Figures | null;
  /** Earlier reports and this one, oldest first. */
  readonly trend: readonly TrendPoint[];
  readonly actions: readonly ReportAction[] | null;
  readonly approvals: readonly ReportApproval[] | null;
  readonly waivers: readonly ReportWaiver[] | null;
  readonly coverage: Coverage;
  readonly absent: readonly AbsentPart[];
  readonly accountNames: Readonly<Record<string, string>>;
  /** What later reports compare with. */
  readonly point: TrendPoint;
};
