import type { Misfit } from './approvals.ts';
import type { Rule, Severity, Verdict } from './rules/define-rule.ts';
import type { RemedyName } from './remedies/remedy-names.ts';

/** A rule's verdict about one key, with the severity in force. */
export type RuleVerdict = { readonly rule: Rule; readonly severity: Severity; readonly verdict: Verdict };

/** Why the guard decided so; ids are data, texts are rendered at the rim. */
export type DecisionReason =
  | { readonly id: 'compliant' }
  | { readonly id: 'own-actor' | 'impostor'; readonly actor: string }
  | { readonly id: 'violation' | 'undetermined'; readonly rule: string }
  | {
      readonly id: 'waived';
      readonly rule: string;
      readonly owner: string;
      readonly reason: string;
      readonly expires: string;
    }
  | { readonly id: 'waiver-expired'; readonly rule: string; readonly owner: string; readonly expires: string }
  /** A waiver names the rule, and what would tell whether it means the key is unknown: it does not hold. */
  | {
      readonly id: 'waiver-unclear';
      readonly rule: string;
      readonly owner: string;
      readonly lacks: string;
      readonly detail: string;
    }
  /** A second person permitted this deletion; who asked, and until when it had to be scheduled. */
  | {
      readonly id: 'approved';
      readonly approval: string;
      readonly requester: string;
      readonly approver: string;
      readonly until: string;
      readonly minimumWindowInDays: number;
      readonly reason: string;
      readonly ticket: string | null;
    }
  | { readonly id: 'approval-mismatch'; readonly approval: string; readonly misfit: Misfit }
  /** Nothing is approved, nothing waived, by what could not be read. */
  | { readonly id: 'approvals-unreadable' | 'waivers-unreadable'; readonly detail: string }
  | { readonly id: 'observe-mode'; readonly remedy: RemedyName }
  /** Its event was lost, or could not be acted on when it came. */
  | { readonly id: 'brought-by-sweep'; readonly sweep: string }
  | { readonly id: 'replayed-too-old'; readonly replayName: string; readonly ageInMinutes: number }
  | { readonly id: 'breaker-tripped'; readonly limit: number; readonly first: boolean };

export type Decision = {
  readonly action: 'ignore' | 'alert' | 'remedy';
  /** What the guard will do now. */
  readonly remedy: RemedyName | null;
  /** What it would have done in `enforce` mode, where it does not. */
  readonly wouldRemedy: RemedyName | null;
  readonly severity: Severity;
  readonly reasons: readonly DecisionReason[];
};

/** A planned deletion that a second person approved, and nothing else stands against the call. */
export const isApproved = ({ reasons }: Decision): boolean =>
  reasons.some(({ id }) => id === 'approved') && !reasons.some(({ id }) => id === 'violation' || id === 'undetermined');

/** What became of one remedy. `done` and `already-so` were verified by reading the key again. */
export type Outcome =
  | { readonly remedy: RemedyName; readonly outcome: 'done'; readonly detail: string }
  | { readonly remedy: RemedyName; readonly outcome: 'already-so'; readonly detail: string }
  | { readonly remedy: RemedyName; readonly outcome: 'refused'; readonly detail: string }
  | { readonly remedy: RemedyName; readonly outcome: 'failed'; readonly detail: string };
