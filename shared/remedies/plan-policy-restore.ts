import type { GuardConfig } from '../config/config.ts';
import type { Facts, PolicyVersion } from '../facts/facts.ts';
import { restorableVersion } from '../judged-policy.ts';
import { readPolicy } from '../rules/policy/analysis.ts';
import { obstaclesFor } from '../rules/policy/guard-path.ts';

/** Which policy to put back instead of which, or why none. */
export type PolicyPlan =
  | { readonly plan: 'restore'; readonly judged: string; readonly target: PolicyVersion }
  | { readonly plan: 'none'; readonly why: string };

type Settings = { readonly config: GuardConfig; readonly guardRoles: readonly string[] };

/** Back to the last policy without a violation, unless that would lock out the guard or the account. Pure. */
export const planPolicyRestore = (facts: Facts, settings: Settings): PolicyPlan => {
  const { policy, policyHistory } = facts;
  if (!policy.known) return none(`the key policy could not be read: ${policy.detail}`);
  if (!policyHistory.known) return none(`the earlier policies could not be read: ${policyHistory.detail}`);
  const target = restorableVersion(facts);
  if (target === null) return none('the ledger knows no earlier policy of this key without a violation');
  const why = judged(target, facts, settings);
  return why === null ? { plan: 'restore', judged: policy.value, target } : none(why);
};

const none = (why: string): PolicyPlan => ({ plan: 'none', why });

/** A policy that cannot be judged is not put back: the doubt is told, and people decide. */
const judged = (target: PolicyVersion, facts: Facts, settings: Settings): string | null => {
  try {
    return lockoutOf(target, facts, settings);
  } catch (error) {
    return `the policy of ${target.at} could not be judged: ${error instanceof Error ? error.message : String(error)}`;
  }
};

/** Whom the policy would lock out; null when nobody. Judged anew: configuration and roles may have changed since. */
const lockoutOf = ({ policy, at }: PolicyVersion, facts: Facts, { config, guardRoles }: Settings): string | null => {
  const reading = readPolicy(facts, policy, config);
  const errors = reading.readable ? reading.read.errors : reading.errors;
  if (!reading.readable || errors.length > 0) {
    return `the policy of ${at} cannot be read with certainty: ${errors[0]?.message ?? 'unknown'}`;
  }
  const { read } = reading;
  const roles = guardRoles.filter((role) => role.split(':')[4] === read.zone.account);
  if (roles.length === 0) {
    return `no role of the guard in account ${read.zone.account} is known: whether the policy of ${at} lets it in is unknown`;
  }
  if (read.analysis.manageable === 'locked') {
    return `the policy of ${at} would lock the account out: nobody in it could change the policy`;
  }
  const [stopped] = obstaclesFor(roles, read).actions;
  return stopped === undefined ? null : `the policy of ${at} would lock the guard out of ${stopped}`;
};
