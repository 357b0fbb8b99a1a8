import type { Call } from '../calls/call.ts';
import type { Decision, Outcome } from '../decision.ts';
import type { FactName, KeyHistory, LastUse, StateChange } from '../facts/facts.ts';
import type { JudgedPolicy } from '../judged-policy.ts';
import type { RemedyName } from '../remedies/remedy-names.ts';
import type { Severity, VerdictData } from '../rules/define-rule.ts';

/** A verdict as it is stored and shown: the rule by id. */
export type StoredVerdict = {
  readonly rule: string;
  readonly verdict: 'compliant' | 'violation' | 'notApplicable' | 'undetermined';
  readonly severity: Severity;
  readonly message: string | null;
  readonly data: VerdictData;
  /** The rule's own remedy, whatever was decided; null also for a violation that does not justify it. */
  readonly remedy: RemedyName | null;
};

/** What the guard has decided about one event, written before it acts. */
export type Intent = {
  readonly verdicts: readonly StoredVerdict[];
  readonly decision: Decision;
  /** Set where the decision is to put a policy back. */
  readonly policy?: JudgedPolicy;
  /** ISO 8601; of a saved intent. Absent in those from before it was kept. */
  readonly decidedAt?: string;
  /** The remedy that was decided on and is not carried on with, see `reconsider.ts`. */
  readonly withdrawn?: Outcome;
};

export type ClaimResult =
  | { readonly claim: 'claimed'; readonly attempt: number; readonly intent: Intent | null }
  | { readonly claim: 'duplicate' }
  | { readonly claim: 'busy' };

export type SlotResult = { readonly granted: true } | { readonly granted: false; readonly first: boolean };

/** A violation or an undetermined verdict about one key; `id` is stable over events, sweeps and reports. */
export type Finding = {
  readonly id: string;
  readonly rule: string;
  readonly verdict: 'violation' | 'undetermined';
  readonly severity: Severity;
  readonly account: string;
  readonly region: string;
  readonly keyArn: string | null;
  readonly message: string;
  readonly data: VerdictData;
  readonly status: 'open' | 'resolved' | 'waived' | 'approved';
  /** ISO 8601. */
  readonly at: string;
};

/** Everything about one handled event, explainable on its own. */
export type LedgerEntry = {
  readonly guard: string;
  readonly eventID: string;
  /** The sweep that brought the event once more; absent for the event itself. Its claim is another, see `workId`. */
  readonly broughtBy?: string;
  readonly at: string;
  readonly call: Pick<
    Call,
    'eventName' | 'eventTime' | 'account' | 'region' | 'keyArn' | 'keyId' | 'actor' | 'failure'
  >;
  readonly verdicts: readonly StoredVerdict[];
  readonly decision: Decision;
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
  /** Ids of findings that this event showed to be resolved. */
  readonly resolved: readonly string[];
};

/** GetKeyLastUsage's answer, kept because AWS allows five such questions a second. */
export type LastUseRecord = {
  readonly answer: LastUse;
  /** ISO 8601. */
  readonly askedAt: string;
};

/** Facts that change seldom and by calls that events show: a sweep asks them once in some days, see ADR 12. */
export const slowFacts = ['tags', 'grants', 'lastRotation', 'family'] as const satisfies readonly FactName[];
export type SlowFact = (typeof slowFacts)[number];

export type SlowRecord = {
  /** When all of them that were needed were asked last, ISO 8601. */
  readonly askedAt: string;
  /** Null: not asked, or not told. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** Those that were told, and about which no rule flagged anything: only these may wait. */
  readonly quiet: readonly SlowFact[];
};

export type KeyRecord = KeyHistory & {
  readonly keyArn: string;
  /** Absent until a sweep has asked. */
  readonly lastUse?: LastUseRecord;
  /** Absent until a sweep has asked. */
  readonly slow?: SlowRecord;
  /** The hour, ISO 8601, in which a call last changed one of the slow facts. */
  readonly touchedAt?: string;
};

export type Observation =
  | { readonly kind: 'state'; readonly keyArn: string; readonly change: StateChange }
  | {
      readonly kind: 'rotation';
      readonly keyArn: string;
      readonly enabled: boolean;
      /** Null: unknown, the period known before stays. */
      readonly periodInDays: number | null;
      readonly at: string;
      readonly source: string;
    }
  | ({ readonly kind: 'last-use'; readonly keyArn: string } & LastUseRecord)
  | ({ readonly kind: 'slow-facts'; readonly keyArn: string } & SlowRecord)
  | { readonly kind: 'touched'; readonly keyArn: string; readonly at: string };
