import type { ManagementOperation } from '../calls/call.ts';
import type { GuardName, Rule } from './define-rule.ts';

/** Calls that no rule judges, but from which a guard learns the state that its remedies bring back. */
const learnsFrom: Readonly<Record<GuardName, readonly ManagementOperation[]>> = {
  'deletion-guard': ['CreateKey', 'EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion', 'DeleteKey'],
  'rotation-guard': ['CreateKey', 'EnableKeyRotation', 'DisableKeyRotation'],
  'policy-guard': ['CreateKey', 'PutKeyPolicy', 'ReplicateKey'],
};

export const rulesOf = (guard: GuardName, rules: readonly Rule[]): readonly Rule[] =>
  rules.filter((rule) => rule.guard === guard);

/** Guards with at least one rule, in the order in which their rules stand. Rules of the sweep alone wake none. */
export const guardsOf = (rules: readonly Rule[]): readonly GuardName[] => [
  ...new Set(rules.map(({ guard }) => guard).filter((guard) => guard !== 'sweep')),
];

/** What must reach a guard: all that its rules watch and all it learns from, sorted, each once. */
export const watchedOperations = (guard: GuardName, rules: readonly Rule[]): readonly ManagementOperation[] =>
  [...new Set([...rulesOf(guard, rules).flatMap((rule) => rule.watches), ...learnsFrom[guard]])].sort();

/** What member accounts pass on: what any guard has to hear, sorted, each once. */
export const forwardedOperations = (rules: readonly Rule[]): readonly ManagementOperation[] =>
  [...new Set(guardsOf(rules).flatMap((guard) => watchedOperations(guard, rules)))].sort();
