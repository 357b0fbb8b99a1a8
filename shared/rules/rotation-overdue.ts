import { rotationUnsupported } from '../facts/rotation-support.ts';
import type { KeyMetadata } from '../facts/facts.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { ageInDays, undated, undatedTexts } from './sweep/dated.ts';

/**
 * What KMS does not rotate, somebody must: by a new key behind the same alias. The age of the key to which an alias points
 * is then the time since the last rotation. KMS developer guide, "Rotate keys manually".
 */
export const rotationOverdue = defineRule({
  id: 'rotation-overdue',
  title: 'A key that KMS does not rotate by itself is in use for too long',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'aliases'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...undatedTexts,
    overdue:
      'The key ({keySpec}, {origin}) is {days} days old, KMS does not rotate it, and it is still the key behind {aliases} ' +
      '(rotation.manualPeriodInDays: {manualPeriodInDays})',
    unaliased:
      'The key ({keySpec}, {origin}) is {days} days old, KMS does not rotate it, and no alias points at it: whether another key ' +
      'took its place is unknown',
    onDemandUnknown:
      'The key is {days} days old and of imported material, for which somebody may have rotated it on demand: ' +
      'when that was last is unknown',
  },
  remediation:
    'Make a new key, point the alias at it (UpdateAlias), and keep the old key for what was encrypted or signed under it. ' +
    'Symmetric imported material can be rotated on demand: import the new, then RotateKeyOnDemand.',
  judge: (input) => judgeCustomerKey(input.facts, (key) => (isSpared(key) ? notApplicable : judgeAge(key, input))),
});

/** A key in no state to encrypt anything new waits for whoever enables it, imports its material or lets it go. */
const isSpared = (key: KeyMetadata): boolean =>
  rotationUnsupported(key) === null ||
  isPendingDeletion(key) ||
  key.keyState === 'Disabled' ||
  key.keyState === 'PendingImport';

const judgeAge = (key: KeyMetadata, { facts: { aliases }, config, now }: JudgeInput): Verdict => {
  const { keySpec, origin, creationDate, multiRegion } = key;
  const { manualPeriodInDays } = config.rotation;
  const days = ageInDays(creationDate, now);
  if (days === null) return undated(creationDate);
  // A replica may be younger than the material that it shares: the oldest of the family tells.
  if (days < manualPeriodInDays) return multiRegion?.type === 'REPLICA' ? notApplicable : compliant;
  const data = { days, keySpec, origin, manualPeriodInDays };
  if (origin === 'EXTERNAL' && keySpec === 'SYMMETRIC_DEFAULT') {
    return { verdict: 'undetermined', message: 'onDemandUnknown', data };
  }
  if (!aliases.known) return undeterminedBy('aliases', aliases);
  return aliases.value.length === 0
    ? { verdict: 'undetermined', message: 'unaliased', data }
    : violation('overdue', { ...data, aliases: aliases.value.slice(0, 12) });
};
