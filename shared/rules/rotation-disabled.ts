import { compliant, defineRule, notApplicable } from './define-rule.ts';
import { undeterminedTexts, violation } from './reason.ts';
import { askRotation, primaryPendingText } from './rotation/ask.ts';

/**
 * Rotation bounds how much is encrypted under one key material. KMS developer guide, "Rotate AWS KMS keys".
 * CreateKey is not watched: every new key starts without rotation, and its maker's EnableKeyRotation follows; the sweep looks.
 */
export const rotationDisabled = defineRule({
  id: 'rotation-disabled',
  title: 'Automatic rotation of a key is off',
  guard: 'rotation-guard',
  severity: 'medium',
  watches: ['DisableKeyRotation'],
  sweep: true,
  needs: ['metadata', 'rotation'],
  remedyNeeds: ['history'],
  remedy: 'enableKeyRotation',
  controls: [
    'SecurityHub KMS.4',
    'Config CMK_BACKING_KEY_ROTATION_ENABLED',
    'CIS 1.2 2.8',
    'CIS 1.4 3.8',
    'CIS 3.0 3.6',
    'CIS 5.0 3.6',
    'PCI DSS 3.2.1 3.6.4',
    'PCI DSS 4.0.1 3.7.4',
    'NIST 800-53 SC-12',
    'NIST 800-53 SC-12(2)',
    'NIST 800-53 SC-28(3)',
  ],
  messages: {
    ...undeterminedTexts,
    primaryPending: primaryPendingText,
    off: 'Automatic rotation is off',
    offAtPrimary: 'Automatic rotation is off at the primary {of}, which this replica mirrors',
  },
  remediation: 'Turn rotation on (EnableKeyRotation), for a multi-Region key at its primary.',
  judge: ({ call, facts }) => {
    if (call !== null && (call.failure !== null || call.dryRun)) return notApplicable;
    const answer = askRotation(facts);
    if (!answer.asked) return answer.verdict;
    const { enabled, of } = answer.rotation;
    if (enabled) return compliant;
    return violation(of === facts.keyArn ? 'off' : 'offAtPrimary', { of });
  },
});
