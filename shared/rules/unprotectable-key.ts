import { partsOfKeyArn } from '../calls/key-arn.ts';
import { compliant, defineRule, notApplicable, type Severity, type Verdict } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { guardPathTexts, obstaclesFor, type savingActions } from './policy/guard-path.ts';
import { judgePolicy, policyTexts } from './policy/judge-policy.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';

/** What it takes to bring a key back from its deletion; a policy can be put right afterwards. */
const rescue = [
  'kms:DescribeKey',
  'kms:CancelKeyDeletion',
  'kms:EnableKey',
] as const satisfies readonly (typeof savingActions)[number][];

/**
 * Whoever schedules the deletion of this key wins: no role of the guard could cancel it. CancelKeyDeletion does not work
 * across accounts, and what the key policy passes to nobody, IAM cannot give. KMS API reference, CancelKeyDeletion.
 */
export const unprotectableKey = defineRule({
  id: 'unprotectable-key',
  title: 'The guard could not save a key',
  guard: 'sweep',
  severity: 'high',
  watches: [],
  sweep: true,
  needs: ['policy', 'metadata'],
  // The policy that lets no role save the key lets none act: there it is one defect, and has a remedy.
  yieldsTo: 'policy-guard-locked-out',
  remedy: null,
  controls: [],
  messages: {
    ...policyTexts,
    ...guardPathTexts,
    noRole: 'The guard has no role in account {account}: it could not cancel the deletion of this key',
    unprotectable:
      'No role of the guard could save this key from deletion: its key policy lets none of them do {missing}',
  },
  remediation:
    'Give the account of the key its statement in the key policy (Principal arn:aws:iam::ACCOUNT:root, kms:*), or name the roles of the guard; ' +
    'where the guard has no role, deploy it in that account.',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) => {
      const { guardRoles = [], facts } = input;
      if (guardRoles.length === 0) return notApplicable;
      const severity = isPendingDeletion(key) ? 'critical' : 'high';
      const account = partsOfKeyArn(facts.keyArn)?.account ?? facts.account;
      const roles = guardRoles.filter((role) => role.split(':')[4] === account);
      if (roles.length === 0) return { verdict: 'violation', message: 'noRole', severity, data: { account } };
      return judgePolicy({ ...input, call: null }, (read) => judgeRoles(roles, read, severity));
    }),
});

/** Each guard has a role of its own: what one of them can do is done. */
const judgeRoles = (roles: readonly string[], read: ReadPolicy, severity: Severity): Verdict => {
  const barred = roles.map((role) => new Set(obstaclesFor([role], read).actions));
  const missing = rescue.filter((action) => barred.every((actions) => actions.has(action)));
  if (missing.length === 0) return compliant;
  const { reasons } = obstaclesFor(roles, read);
  const data = { missing, roles: roles.slice(0, 10), reasons };
  return { verdict: 'violation', message: 'unprotectable', severity, data };
};
