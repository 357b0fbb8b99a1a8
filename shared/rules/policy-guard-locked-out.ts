import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { guardPathTexts, obstaclesFor } from './policy/guard-path.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';

/**
 * KMS's own lockout check protects whoever puts the policy, not the guard: whoever means harm shuts out the guard first.
 * KMS API reference, PutKeyPolicy.
 */
export const policyGuardLockedOut = defineRule({
  id: 'policy-guard-locked-out',
  title: 'A key policy keeps the guard from saving the key',
  guard: 'policy-guard',
  severity: 'high',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: 'restoreKeyPolicy',
  controls: [],
  messages: {
    ...policyTexts,
    ...guardPathTexts,
    lockedOut: 'The key policy keeps the guard from saving this key',
    lockedOutForGood: 'The key policy keeps the guard from saving this key, and from putting the policy right',
  },
  remediation:
    'Give the account of the key back its statement (Principal arn:aws:iam::ACCOUNT:root, kms:*) or name the roles of the guard, ' +
    'and take away the Deny that meets them.',
  judge: (input) => {
    const roles = rolesFor(input);
    return roles.length === 0 ? notApplicable : judgePolicy(input, (read) => judgeRoles(roles, read, input));
  },
});

/** The guard acts from the account of the key: roles elsewhere need no path. Without a role there is nothing to lock out. */
const rolesFor = ({ guardRoles = [], facts }: JudgeInput): readonly string[] => {
  const account = facts.keyArn.split(':')[4] ?? facts.account;
  return guardRoles.filter((role) => role.split(':')[4] === account);
};

const judgeRoles = (roles: readonly string[], read: ReadPolicy, { facts }: JudgeInput): Verdict => {
  const { reasons, actions } = obstaclesFor(roles, read);
  if (actions.length === 0) return compliant;
  const forGood = actions.includes('kms:PutKeyPolicy') || actions.includes('kms:GetKeyPolicy');
  const { metadata } = facts;
  const pending =
    metadata.known && metadata.value.keyState.startsWith('Pending') && metadata.value.keyState !== 'PendingImport';
  return {
    verdict: 'violation',
    message: forGood ? 'lockedOutForGood' : 'lockedOut',
    severity: pending ? 'critical' : 'high',
    data: { actions, roles: roles.slice(0, 10), reasons },
    ...(forGood ? { remedy: null } : {}),
  };
};
