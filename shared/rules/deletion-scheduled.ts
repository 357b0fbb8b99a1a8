import type { Call, CallOf } from '../calls/call.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { proofNeeds, proofTexts, reasonsAgainst } from './deletion/proof.ts';
import { windowOf } from './deletion/window.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';

/**
 * Ciphertext under a deleted key is lost for ever: a deletion may proceed only when it is proven safe.
 * KMS developer guide, "Delete an AWS KMS key".
 */
export const deletionScheduled = defineRule({
  id: 'deletion-scheduled',
  title: 'A key is scheduled for deletion without proof that nobody needs it',
  guard: 'deletion-guard',
  severity: 'critical',
  watches: ['ScheduleKeyDeletion'],
  sweep: true,
  needs: proofNeeds,
  remedy: 'cancelKeyDeletion',
  approvable: true,
  controls: [
    'SecurityHub KMS.3',
    'SecurityHub CloudWatch.7',
    'Config KMS_CMK_NOT_SCHEDULED_FOR_DELETION',
    'CIS 1.2 3.7',
    'CIS 1.4 4.7',
    'NIST 800-53 SC-12',
    'NIST 800-53 SC-12(2)',
  ],
  messages: {
    ...undeterminedTexts,
    ...proofTexts,
    unbrought: 'The guard could not be brought the call that scheduled it: {why}',
    pending: 'The key is scheduled for deletion and is not proven unneeded',
    unseen:
      'The key is pending deletion. Nothing known speaks against it, but the call that scheduled it is not at hand: ' +
      'who made it, and with which waiting period, is unknown',
  },
  remediation:
    'Cancel the deletion (CancelKeyDeletion), then enable the key again if it was enabled before. ' +
    'To delete a key that nobody needs, remove its aliases and grants, leave it unused for the configured days, or have it approved by a second person.',
  judge: (input) => {
    const { call, facts } = input;
    if (call !== null && (call.failure !== null || call.dryRun)) return notApplicable;
    const scheduling = schedulingIn(call);
    const { metadata } = facts;
    if (!metadata.known) {
      return metadata.reason === 'not-found' || scheduling === null
        ? undeterminedBy('metadata', metadata)
        : prove(input, scheduling);
    }
    if (metadata.value.keyManager === 'AWS') return notApplicable;
    const { keyState } = metadata.value;
    return keyState === 'PendingDeletion' || keyState === 'PendingReplicaDeletion'
      ? prove(input, scheduling)
      : compliant;
  },
});

const schedulingIn = (call: Call | null): CallOf<'ScheduleKeyDeletion'> | null =>
  call?.operation === 'ScheduleKeyDeletion' ? call : null;

const prove = (input: JudgeInput, call: CallOf<'ScheduleKeyDeletion'> | null): Verdict => {
  const { metadata } = input.facts;
  const reasons = reasonsAgainst(input, call);
  const data = {
    keyState: metadata.known ? metadata.value.keyState : (call?.keyState ?? null),
    deletionDate: metadata.known ? metadata.value.deletionDate : null,
    pendingWindowInDays: call === null ? null : windowOf(call),
    reasons,
  };
  if (reasons.length > 0) return violation('pending', data);
  return call === null ? { verdict: 'undetermined', message: 'unseen', data } : compliant;
};
