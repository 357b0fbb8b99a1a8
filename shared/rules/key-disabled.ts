import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { protectedByList, protectedByTag, protectionTexts } from './protection.ts';
import { undeterminedBy, undeterminedTexts } from './reason.ts';
import { usageReasons, usageTexts } from './usage.ts';

/**
 * A disabled key fails every cryptographic operation at once: an outage for whoever needs it, though one that can be undone.
 * KMS developer guide, "Enable and disable keys". A call that disabled a disabled key succeeds too, hence the look at the key.
 */
export const keyDisabled = defineRule({
  id: 'key-disabled',
  title: 'A key was disabled',
  guard: 'deletion-guard',
  severity: 'medium',
  watches: ['DisableKey'],
  sweep: false,
  needs: ['metadata', 'tags', 'lastUse'],
  remedy: null,
  controls: ['SecurityHub CloudWatch.7', 'CIS 1.2 3.7', 'CIS 1.4 4.7'],
  messages: {
    ...undeterminedTexts,
    ...usageTexts,
    ...protectionTexts,
    disabled: 'The key is {keyState}: nobody can use it until it is enabled again',
  },
  remediation: 'Find out whether the key is still needed; if so, enable it again (EnableKey).',
  judge: (input) => {
    const { call, facts } = input;
    if (call?.operation !== 'DisableKey' || call.failure !== null || call.dryRun) return notApplicable;
    if (!facts.metadata.known) return undeterminedBy('metadata', facts.metadata);
    const { keyState } = facts.metadata.value;
    switch (keyState) {
      case 'Disabled':
      // A key of a disconnected key store takes the change when its store is connected again.
      case 'Unavailable':
        return disabled(input, keyState);
      case 'PendingDeletion':
      case 'PendingReplicaDeletion':
        return notApplicable;
      case 'Enabled':
      case 'PendingImport':
      case 'Creating':
      case 'Updating':
        return compliant;
    }
  },
});

/** A key that is protected or in use raises the severity; that its use is unknown is said, but does not. */
const disabled = ({ facts, config, now }: JudgeInput, keyState: string): Verdict => {
  const use = usageReasons(facts.lastUse, config, now);
  const guarded = [...protectedByTag(facts.tags, config), ...protectedByList(facts.keyArn, config)];
  const raised = guarded.length > 0 || use.some(({ id }) => id === 'usedRecently');
  return {
    verdict: 'violation',
    message: 'disabled',
    severity: raised ? 'high' : 'medium',
    data: { keyState, reasons: [...guarded, ...use] },
  };
};
