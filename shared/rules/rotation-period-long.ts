import { compliant, defineRule, notApplicable } from './define-rule.ts';
import { undeterminedTexts, violation } from './reason.ts';
import { askRotation, primaryPendingText } from './rotation/ask.ts';

/**
 * EnableKeyRotation also changes the period of a key that rotates already: a weakening can look like an enabling.
 * KMS API reference, EnableKeyRotation: 90 to 2560 days, 365 by default.
 */
export const rotationPeriodLong = defineRule({
  id: 'rotation-period-long',
  title: 'A key rotates less often than configured',
  guard: 'rotation-guard',
  severity: 'low',
  watches: ['EnableKeyRotation'],
  sweep: true,
  needs: ['metadata', 'rotation'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    primaryPending: primaryPendingText,
    long: 'The rotation period of {of} is {periodInDays} days, longer than the configured {maximumPeriodInDays}',
    periodUnknown: 'Rotation of {of} is on, but KMS did not tell its period',
  },
  remediation:
    'Set a shorter period (EnableKeyRotation with RotationPeriodInDays), for a multi-Region key at its primary. ' +
    'Prevent longer ones with the condition key kms:RotationPeriodInDays.',
  judge: ({ call, facts, config }) => {
    if (call !== null && (call.failure !== null || call.dryRun)) return notApplicable;
    const answer = askRotation(facts);
    if (!answer.asked) return answer.verdict;
    const { enabled, of, periodInDays } = answer.rotation;
    const { maximumPeriodInDays } = config.rotation;
    if (!enabled) return notApplicable;
    if (periodInDays === null) return { verdict: 'undetermined', message: 'periodUnknown', data: { of } };
    return periodInDays <= maximumPeriodInDays
      ? compliant
      : violation('long', { of, periodInDays, maximumPeriodInDays });
  },
});
