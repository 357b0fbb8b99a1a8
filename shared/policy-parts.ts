import { policyChangeOf } from './alerts/policy-change.ts';
import { planPolicyRestore } from './remedies/plan-policy-restore.ts';

/** What stands on the policy engine: only policy-guard carries it, the other Lambdas start without its weight. */
export type PolicyParts = {
  readonly planRestore: typeof planPolicyRestore;
  readonly changeOf: typeof policyChangeOf;
};

export const policyParts: PolicyParts = { planRestore: planPolicyRestore, changeOf: policyChangeOf };
