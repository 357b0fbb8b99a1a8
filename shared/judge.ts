import type { Call } from './calls/call.ts';
import type { GuardConfig } from './config/config.ts';
import type { RuleVerdict } from './decision.ts';
import type { FactName } from './facts/facts.ts';
import type { StoredVerdict } from './ledger/entries.ts';
import { isEnabled, type JudgeInput, notApplicable, type Rule, type Verdict } from './rules/define-rule.ts';

/** The rules in play for a call, or for a swept key where there is none: switched off by configuration means not asked. */
export const rulesFor = (rules: readonly Rule[], call: Call | null, config: GuardConfig): readonly Rule[] =>
  rules.filter(
    (rule) =>
      isEnabled(rule, config) &&
      rule.about !== 'region' &&
      (call === null ? rule.sweep : rule.watches.some((operation) => operation === call.operation)),
  );

/** The rules that a sweep asks once for an account and Region. */
export const regionRulesFor = (rules: readonly Rule[], config: GuardConfig): readonly Rule[] =>
  rules.filter((rule) => isEnabled(rule, config) && rule.about === 'region' && rule.sweep);

export const needsOf = (rules: readonly Rule[]): ReadonlySet<FactName> => new Set(rules.flatMap((rule) => rule.needs));

/** With what the rules' remedies read besides. */
export const needsToAct = (rules: readonly Rule[]): ReadonlySet<FactName> =>
  new Set(rules.flatMap(({ needs, remedyNeeds = [] }) => [...needs, ...remedyNeeds]));

/** Asks every rule. One that crashes is `undetermined`, and so visible: doubt is never compliance. */
export const judge = (rules: readonly Rule[], input: JudgeInput): readonly RuleVerdict[] => {
  const judged = rules.map((rule) => ({ rule, verdict: judgeOne(rule, input) }));
  const flagged = new Set(judged.flatMap(({ rule, verdict }) => (isFlag(verdict) ? rule.id : [])));
  return judged.map(({ rule, verdict: own }) => {
    const yields = rule.yieldsTo !== undefined && flagged.has(rule.yieldsTo);
    const verdict = yields ? notApplicable : own;
    const severity = isFlag(verdict) ? verdict.severity : undefined;
    return { rule, verdict, severity: input.config.rules[rule.id]?.severity ?? severity ?? rule.severity };
  });
};

type Flag = Extract<Verdict, { readonly verdict: 'violation' | 'undetermined' }>;
const isFlag = (verdict: Verdict): verdict is Flag =>
  verdict.verdict === 'violation' || verdict.verdict === 'undetermined';

export const crashedMessage = 'rule-crashed';

const judgeOne = (rule: Rule, input: JudgeInput): Verdict => {
  try {
    return rule.judge(input);
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { verdict: 'undetermined', message: crashedMessage, data: { error: text.slice(0, 500) } };
  }
};

/** The verdict as the ledger keeps it and `replay` prints it. */
export const stored = ({ rule, verdict, severity }: RuleVerdict): StoredVerdict =>
  verdict.verdict === 'violation' || verdict.verdict === 'undetermined'
    ? {
        rule: rule.id,
        verdict: verdict.verdict,
        severity,
        message: verdict.message,
        data: verdict.data,
        remedy: verdict.verdict === 'violation' && verdict.remedy === null ? null : rule.remedy,
      }
    : { rule: rule.id, verdict: verdict.verdict, severity, message: null, data: {}, remedy: rule.remedy };
