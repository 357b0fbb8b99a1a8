import { type Access, diffPolicies, parsePolicy, type Who } from '../../policy/index.ts';
import type { Facts } from '../../facts/facts.ts';
import { type Reason, type Verdict, type VerdictData } from '../define-rule.ts';
import { reasonsOf } from '../reason.ts';
import type { ReadPolicy } from './analysis.ts';
import { listed, whoGetsIn } from './words.ts';

export const gainedTexts = {
  gained: 'New since the policy of {since}: {who}',
  notNew: 'Not new: the policy of {since} let in the same callers, and somebody may rely on it. The guard only alerts',
  nothingBefore: 'No earlier policy of the key is known, so nobody can tell whether this is new. The guard only alerts',
} as const;
const reason = reasonsOf(gainedTexts);

type Gain = { readonly isNew: boolean; readonly reason: Reason };

/**
 * Access that exists for long may be what somebody's work stands on: only what the last policy did not permit is undone.
 * Compares what the two policies permit, not their texts.
 */
export const asRemediedIfNew = (
  verdict: Verdict,
  read: ReadPolicy,
  { facts, classes }: { readonly facts: Facts; readonly classes: readonly Who[] },
): Verdict => {
  if (verdict.verdict !== 'violation') return verdict;
  const gain = gainOf(read, facts, classes);
  const data: VerdictData = { ...verdict.data, reasons: [...reasonsIn(verdict.data), gain.reason] };
  return { ...verdict, data, ...(gain.isNew ? {} : { remedy: null }) };
};

const reasonsIn = ({ reasons }: VerdictData): readonly Reason[] =>
  Array.isArray(reasons) ? reasons.filter((each): each is Reason => typeof each === 'object') : [];

const gainOf = (read: ReadPolicy, { policyHistory }: Facts, classes: readonly Who[]): Gain => {
  const last = policyHistory.known ? policyHistory.value.versions[0] : undefined;
  const before = last === undefined ? null : parsePolicy(last.policy);
  if (last === undefined || before?.kind !== 'policy') return { isNew: false, reason: reason('nothingBefore') };
  const { gained } = diffPolicies({ before: before.policy, after: read.policy }, read.zone, { keyArn: read.keyArn });
  const ways = gained.filter(({ who, witness, certain }) => classes.includes(who) && witness !== null && certain);
  return ways.length === 0
    ? { isNew: false, reason: reason('notNew', { since: last.at }) }
    : { isNew: true, reason: reason('gained', { since: last.at, who: listed(subjects(ways), 3) }) };
};

const subjects = (ways: readonly Access[]): readonly string[] => [...new Set(ways.map(whoGetsIn))];
