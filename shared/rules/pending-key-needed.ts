import { defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { failedUseTexts, judgeFailedUses } from './deletion/failed-uses.ts';
import { undeterminedBy, undeterminedTexts } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';

/**
 * Who fails for want of a key that is to be deleted needs it, whatever else is known of it. No use is on record any more: KMS
 * records successful ones only. KMS developer guide, "Create an alarm that detects use of a KMS key pending deletion".
 */
export const pendingKeyNeeded = defineRule({
  id: 'pending-key-needed',
  title: 'Somebody needs a key that is pending deletion',
  guard: 'sweep',
  severity: 'critical',
  watches: [],
  sweep: true,
  needs: ['metadata', 'failedUses'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...failedUseTexts,
    failing:
      'Somebody needs this key: calls failed because it is pending deletion or was disabled ({count} or more), ' +
      'the last one {operation} by {principal} on {at}. The key will be deleted on {deletionDate}',
    partial: 'No call is known that failed for want of this key, but not all calls could be read: {detail}',
  },
  remediation:
    'Cancel the deletion (CancelKeyDeletion), enable the key again (EnableKey), and ask those who failed what they need it for. ' +
    'Schedule the deletion anew only when nobody has failed for longer than their rarest use takes.',
  judge: ({ facts: { metadata, failedUses } }) =>
    judgeCustomerKey({ metadata }, (key): Verdict => {
      if (!isPendingDeletion(key)) return notApplicable;
      if (!failedUses.known) return undeterminedBy('failed uses', failedUses);
      return judgeFailedUses(failedUses, key.deletionDate);
    }),
});
