import type { Decision, Outcome } from '../decision.ts';
import type { StoredVerdict } from '../ledger/entries.ts';
import type { RemedyBudget } from '../remedies/remedy-names.ts';
import type { Severity } from '../rules/define-rule.ts';
import type { DefenceAlert } from './defence-alert.ts';
import type { PolicyChange } from './policy-change.ts';
import type { ReportAlert } from './report-alert.ts';
import type { SweepAlert } from './sweep-alert.ts';
import type { WaiverAlert } from './waiver-alert.ts';

/** What people and programs are told about one event; rendered to text and JSON by `render.ts`. */
export type Alert = KeyAlert | UnreadableAlert | BreakerAlert | SweepAlert | WaiverAlert | ReportAlert | DefenceAlert;

export type KeyAlert = {
  readonly kind: 'key';
  readonly eventID: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly keyArn: string | null;
  readonly keyId: string | null;
  readonly aliases: readonly string[];
  readonly actor: { readonly arn: string | null; readonly type: string; readonly invokedBy: string | null };
  readonly sourceIPAddress: string | null;
  readonly severity: Severity;
  readonly verdicts: readonly StoredVerdict[];
  readonly decision: Decision;
  readonly outcomes: readonly Outcome[];
  /** From the last DescribeKey; null where it is unknown. */
  readonly keyState: string | null;
  /** ISO 8601, from DescribeKey; null where there is none or it is unknown. */
  readonly deletionDate: string | null;
  /** Who gained and lost access to the key; null where no policy was compared with an earlier one. */
  readonly policyChange: PolicyChange | null;
};

export type UnreadableAlert = {
  readonly kind: 'unreadable';
  readonly eventID: string | null;
  readonly guard: string;
  readonly reason: string;
  /** The first 1,000 characters, escaped where rendered. */
  readonly excerpt: string;
};

/** Sent once an hour, account and budget, when the circuit breaker trips. */
export type BreakerAlert = {
  readonly kind: 'breaker';
  readonly guard: string;
  readonly account: string;
  /** Absent in an alert from before rescues were counted apart. */
  readonly budget?: RemedyBudget;
  readonly limit: number;
  /** ISO 8601. */
  readonly at: string;
};
