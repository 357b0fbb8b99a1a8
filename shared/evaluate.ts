import type { Call } from './calls/call.ts';
import { partsOfKeyArn } from './calls/key-arn.ts';
import type { GuardConfig } from './config/config.ts';
import { decide } from './decide.ts';
import type { Decision, RuleVerdict } from './decision.ts';
import { configuredOnly, type Exemptions } from './exemptions.ts';
import type { Facts } from './facts/facts.ts';
import { judge, rulesFor } from './judge.ts';
import { knownRoles } from './responder.ts';
import type { Rule } from './rules/define-rule.ts';

export type Evaluation = { readonly verdicts: readonly RuleVerdict[]; readonly decision: Decision };

/** What the guard is, apart from its ports: the same in a Lambda, in `replay` and in a sweep. */
export type GuardSettings = {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  /** Role ARNs of the guard itself. */
  readonly ownRoles: readonly string[];
};

type Evaluated = { readonly call: Call | null; readonly facts: Facts; readonly now: number };

/** What the rules say; pure. */
export const judgeAll = (settings: GuardSettings, { call, facts, now }: Evaluated): readonly RuleVerdict[] => {
  const { rules, config, ownRoles } = settings;
  return judge(rulesFor(rules, call, config), {
    call,
    facts,
    config,
    now,
    guardRoles: knownRoles(ownRoles, facts.account),
  });
};

/** What to do about it; pure. Without exemptions of a ledger only the configuration's waivers count. */
export const decideAll = (
  { config, ownRoles }: GuardSettings,
  input: Evaluated & { readonly verdicts: readonly RuleVerdict[]; readonly exemptions?: Exemptions },
): Decision => {
  const { verdicts, call, facts, now, exemptions = configuredOnly(facts) } = input;
  const keyArn = call === null ? facts.keyArn : call.keyArn;
  // A caller's account records its calls on keys of others, too: what may be done to a key is for its own account to say.
  const account = partsOfKeyArn(keyArn)?.account ?? facts.account;
  return decide({ verdicts, call, keyArn, account, config, exemptions, ownRoles, now });
};

/** Judge and decide in one step, where no ledger is at hand. */
export const evaluate = (settings: GuardSettings, input: Evaluated): Evaluation => {
  const verdicts = judgeAll(settings, input);
  return { verdicts, decision: decideAll(settings, { ...input, verdicts }) };
};
