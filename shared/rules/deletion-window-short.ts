import { compliant, defineRule, notApplicable } from './define-rule.ts';
import { windowOf } from './deletion/window.ts';
import { violation } from './reason.ts';

/**
 * The waiting period is the time in which somebody can notice what still needs the key. It cannot be prolonged later,
 * and a window that KMS took has passed its own check: see KMS API reference, ScheduleKeyDeletion.
 */
export const deletionWindowShort = defineRule({
  id: 'deletion-window-short',
  title: 'A deletion is scheduled with a shorter waiting period than configured',
  guard: 'deletion-guard',
  severity: 'high',
  watches: ['ScheduleKeyDeletion'],
  sweep: false,
  needs: [],
  remedy: null,
  approvable: true,
  controls: [],
  messages: {
    short: 'The waiting period is {days} days, shorter than the configured {minimumWindowInDays}',
    omitted: 'The waiting period is unknown: CloudTrail left the request out for its size',
  },
  remediation:
    'Cancel the deletion and schedule it again with the configured waiting period. ' +
    'Prevent it with the condition key kms:ScheduleKeyDeletionPendingWindowInDays in a key policy or service control policy.',
  judge: ({ call, config }) => {
    if (call?.operation !== 'ScheduleKeyDeletion' || call.failure !== null || call.dryRun) return notApplicable;
    const { minimumWindowInDays } = config.deletion;
    const days = windowOf(call);
    if (days === null) return { verdict: 'undetermined', message: 'omitted', data: { minimumWindowInDays } };
    return days >= minimumWindowInDays ? compliant : violation('short', { days, minimumWindowInDays });
  },
});
