import type { DecisionReason, Outcome } from '../decision.ts';
import type { RemedyName } from '../remedies/remedy-names.ts';
import type { Rule, Severity } from '../rules/define-rule.ts';
import type { KeyRow } from '../sweep/key-row.ts';
import type { SweepFinding } from '../sweep/sweep-finding.ts';
import type { SweepReport } from '../sweep/sweep-report.ts';

/** What a report is about: times are ISO 8601, here as everywhere. */
export type ReportPeriod = {
  readonly kind: 'daily' | 'weekly' | 'monthly' | 'on-demand';
  readonly from: string;
  readonly to: string;
};

/** The last sweep that ended in the period, without what stands elsewhere in the input. */
export type ReportSweep = Omit<SweepReport, 'findings' | 'keyRows'>;

export type FindingChange = {
  readonly change: 'opened' | 'resolved' | 'reopened' | 'waived';
  readonly at: string;
};

/** A finding that was open at the end of the period, or was resolved within it or since the report before. */
export type ReportFinding = SweepFinding & {
  readonly status: 'open' | 'waived' | 'resolved';
  readonly resolvedAt: string | null;
  /** Oldest first; empty where only one sweep is known. */
  readonly history: readonly FindingChange[];
};

/** One thing that the guard decided about a call, from a `LedgerEntry`; what it ignored is left out. */
export type ReportAction = {
  readonly eventID: string;
  readonly guard: string;
  /** When the guard recorded it. */
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly keyArn: string | null;
  /** The call, such as `ScheduleKeyDeletion`, when and by whom. */
  readonly eventName: string;
  readonly eventTime: string;
  readonly actor: string | null;
  /** Ids of the rules that flagged it. */
  readonly rules: readonly string[];
  readonly severity: Severity;
  readonly decision: 'alert' | 'remedy';
  readonly remedy: RemedyName | null;
  readonly wouldRemedy: RemedyName | null;
  readonly reasons: readonly DecisionReason[];
  readonly outcomes: readonly Outcome[];
  /** The key before and after the guard acted, in plain words; null where nothing was done or it is not known. */
  readonly before: string | null;
  readonly after: string | null;
  /** Who approved it; null where nobody was asked. */
  readonly approvedBy: string | null;
};

/** A second person's permission for a planned deletion, asked for in the period or still valid. */
export type ReportApproval = {
  readonly keyArn: string;
  readonly state: 'requested' | 'approved' | 'denied' | 'revoked' | 'expired' | 'used';
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly expiresAt: string;
  readonly reason: string;
};

export type ReportWaiver = {
  readonly rule: string;
  /** As the configuration selects keys: ARNs, aliases, tags, accounts. */
  readonly keys: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** Its last day. */
  readonly expires: string;
  /** Who signed it besides the owner; null where the configuration file holds it. */
  readonly approvedBy: string | null;
};

/** What one report leaves for later ones to compare with. Null: there was nothing to count, because no sweep ended. */
export type TrendPoint = {
  readonly at: string;
  readonly sweep: 'complete' | 'partial' | 'missing';
  /** Open violations that no waiver covers. */
  readonly open: Readonly<Record<Severity, number>> | null;
  readonly undetermined: number | null;
  /** Keys that KMS could rotate, those among them that could not be read, and the ones that it is known to rotate. */
  readonly rotation: { readonly eligible: number; readonly on: number } | null;
  readonly keys: number | null;
};

/** The report before this one, of the same kind. */
export type PreviousReport = {
  readonly at: string;
  readonly openFindings: readonly string[];
  /** Ids that were ever open before: what opens again is reopened, not new. */
  readonly earlierFindings: readonly string[];
};

/** A stretch of the period in which no heartbeat arrived: events may have been lost there. */
export type HeartbeatGap = { readonly from: string; readonly to: string };

export type ReportRule = Pick<
  Rule,
  'id' | 'title' | 'severity' | 'sweep' | 'remedy' | 'controls' | 'remediation' | 'needs' | 'messages'
> & { readonly enabled: boolean };

/**
 * Everything that a report is made from. Null: the source did not have this part, which the report says; an empty list means
 * that there was none.
 */
export type ReportInput = {
  readonly generatedAt: string;
  /** The estate's name, such as the organization's. */
  readonly title: string;
  readonly period: ReportPeriod;
  /** Account id to name. */
  readonly accountNames: Readonly<Record<string, string>>;
  /** Null: no sweep ended in the period. That is a gap, never good news. */
  readonly sweep: ReportSweep | null;
  readonly keyRows: readonly KeyRow[] | null;
  readonly findings: readonly ReportFinding[];
  readonly actions: readonly ReportAction[] | null;
  readonly approvals: readonly ReportApproval[] | null;
  readonly waivers: readonly ReportWaiver[] | null;
  /** Earlier reports; this one is added by `aggregate`. */
  readonly trend: readonly TrendPoint[] | null;
  readonly previous: PreviousReport | null;
  readonly heartbeatGaps: readonly HeartbeatGap[] | null;
  readonly rules: readonly ReportRule[];
};
