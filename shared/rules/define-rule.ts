import type { Call, ManagementOperation } from '../calls/call.ts';
import type { GuardConfig } from '../config/config.ts';
import type { FactName, Facts } from '../facts/facts.ts';
import type { RemedyName } from '../remedies/remedy-names.ts';

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The Lambda that handles a rule's events. */
export type GuardName = 'deletion-guard' | 'rotation-guard' | 'policy-guard';

/** One named reason inside a verdict's data; its text is the rule's message of that id. */
export type Reason = { readonly id: string } & Readonly<Record<string, string | number | boolean | null>>;
export type VerdictData = Readonly<
  Record<string, string | number | boolean | null | readonly string[] | readonly Reason[]>
>;

/** `message` is an id in the rule's `messages`; texts are rendered at the rim. */
type Flagged = { readonly message: string; readonly data: VerdictData; readonly severity?: Severity };
export type Verdict =
  | { readonly verdict: 'compliant' }
  | { readonly verdict: 'notApplicable' }
  /** A null remedy: this violation does not justify the rule's remedy, it is only alerted. */
  | (Flagged & { readonly verdict: 'violation'; readonly remedy?: null })
  | (Flagged & { readonly verdict: 'undetermined' });

export type JudgeInput = {
  /** Null in a sweep. */
  readonly call: Call | null;
  readonly facts: Facts;
  readonly config: GuardConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Role ARNs of the guard itself; none where it has no role, as in `replay`. */
  readonly guardRoles?: readonly string[];
};

/** A rule is a manifest with a pure judgement: routing, permissions, documentation and tests are derived from it. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  /** `sweep`: no event wakes this rule, only the sweep runs it. */
  readonly guard: GuardName | 'sweep';
  readonly severity: Severity;
  readonly watches: readonly ManagementOperation[];
  /** False for a rule about the call itself, which a sweep cannot see. */
  readonly sweep: boolean;
  /** `region`: judges an account in a Region, once in a sweep, and no key. @default 'key' */
  readonly about?: 'key' | 'region';
  /** Where the rule of this id flags the same key it says what this one would: one defect, one finding. */
  readonly yieldsTo?: string;
  /** False for a rule that asks for more than most want: the configuration switches it on. @default true */
  readonly enabledByDefault?: boolean;
  /** False where the configuration gives it nothing to hold keys to: it flags nothing then. @default always true */
  readonly asks?: (config: GuardConfig) => boolean;
  readonly needs: readonly FactName[];
  /** What only the remedy reads: gathered for an event, and not for a sweep, which remedies nothing. @default none */
  readonly remedyNeeds?: readonly FactName[];
  readonly remedy: RemedyName | null;
  /** An approval of the planned deletion answers this rule's violations. @default false */
  readonly approvable?: boolean;
  /** Control ids with a published source, such as `SecurityHub KMS.3`. */
  readonly controls: readonly string[];
  /** Text by message or reason id; `{name}` stands for a value of the verdict's data. */
  readonly messages: Readonly<Record<string, string>>;
  /** What a person should do, one or two sentences. */
  readonly remediation: string;
  readonly judge: (input: JudgeInput) => Verdict;
};

export const compliant: Verdict = { verdict: 'compliant' };
export const notApplicable: Verdict = { verdict: 'notApplicable' };

/** Is the rule in play? The configuration's word counts before the rule's own. */
export const isEnabled = (rule: Rule, config: GuardConfig): boolean =>
  config.rules[rule.id]?.enabled ?? rule.enabledByDefault ?? true;

/** Types a manifest; the id is also its page's name in `docs/rules`. */
export const defineRule = <const R extends Rule>(rule: R): R => rule;
