import type { Call } from './calls/call.ts';
import type { GuardConfig } from './config/config.ts';
import { decide } from './decide.ts';
import type { Decision, RuleVerdict } from './decision.ts';
import type { Facts } from './facts/facts.ts';
import { judge, rulesFor } from './judge.ts';
import type { Rule } from './rules/define-rule.ts';

export type Evaluation = { readonly verdicts: readonly RuleVerdict[]; readonly decision: Decision };

/** What the guard is, apart from its ports: the same in a Lambda, in `replay` and in a sweep. */
export type GuardSettings = {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  /** Role ARNs of the guard itself. */
  readonly ownRoles: readonly string[];
};

/** Judge and decide: pure, in one step. */
export const evaluate = (
  settings: GuardSettings,
  input: { readonly call: Call | null; readonly facts: Facts; readonly now: number },
): Evaluation => {
  const { rules, config, ownRoles } = settings;
  const { call, facts, now } = input;
  const verdicts = judge(rulesFor(rules, call, config), { call, facts, config, now, guardRoles: ownRoles });
  const keyArn = call === null ? facts.keyArn : call.keyArn;
  const decision = decide({ verdicts, call, keyArn, account: facts.account, config, ownRoles, now });
  return { verdicts, decision };
};
