import { type Facts, known, type PolicyVersion } from './facts/facts.ts';
import { samePolicy } from './policy-text.ts';

/** The policy that was judged and what it is compared with, kept with the intent. */
export type JudgedPolicy = {
  readonly inForce: string;
  /** The newest before it, and the one that a remedy would put back. */
  readonly versions: readonly PolicyVersion[];
};

/** Null where the policy was not read: then nothing was decided on it. */
export const judgedPolicyOf = (facts: Facts): JudgedPolicy | null => {
  const { policy, policyHistory } = facts;
  if (!policy.known || !policyHistory.known) return null;
  const [newest] = policyHistory.value.versions;
  const target = restorableVersion(facts);
  const versions = [...new Set([newest, target])].filter((version) => version !== undefined && version !== null);
  return { inForce: policy.value, versions };
};

/** A remedy changes what a retaken attempt would read: it goes on from what was judged. */
export const withJudgedPolicy = (facts: Facts, judged: JudgedPolicy): Facts => ({
  ...facts,
  policy: known(judged.inForce),
  policyHistory: known({ versions: judged.versions }),
});

/** The last policy in the ledger in which no rule found a violation, other than the one in force; null where there is none. */
export const restorableVersion = ({ policy, policyHistory }: Facts): PolicyVersion | null =>
  policy.known && policyHistory.known
    ? (policyHistory.value.versions.find((each) => each.good && !samePolicy(each.policy, policy.value)) ?? null)
    : null;
