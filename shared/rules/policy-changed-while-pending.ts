import { compliant, defineRule, notApplicable } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';

/**
 * KMS takes a new policy for a key that waits for its deletion: whoever wants the deletion to stand takes
 * kms:CancelKeyDeletion away from everybody else. KMS developer guide, "Key states of AWS KMS keys".
 */
export const policyChangedWhilePending = defineRule({
  id: 'policy-changed-while-pending',
  title: 'The policy of a key that is pending deletion was changed',
  guard: 'policy-guard',
  severity: 'critical',
  watches: ['PutKeyPolicy'],
  sweep: false,
  needs: ['metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    changed:
      'The key is {keyState} (deletion after {deletionDate}) and got a new key policy: look who can still cancel',
  },
  remediation:
    'Make sure at once that you can still cancel the deletion (CancelKeyDeletion), then ask whoever changed the policy why.',
  judge: ({ call, facts }) => {
    if (call?.operation !== 'PutKeyPolicy' || call.failure !== null || call.dryRun) return notApplicable;
    const { metadata } = facts;
    if (!metadata.known) return undeterminedBy('metadata', metadata);
    const { keyState, deletionDate } = metadata.value;
    return keyState === 'PendingDeletion' || keyState === 'PendingReplicaDeletion'
      ? violation('changed', { keyState, deletionDate })
      : compliant;
  },
});
