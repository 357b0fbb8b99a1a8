import { rotatesOnDemandOnly, rotationUnsupported } from '../facts/rotation-support.ts';
import type { Fact, KeyMetadata, LastRotation } from '../facts/facts.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { ageInDays, undated, undatedTexts } from './sweep/dated.ts';

/**
 * What KMS does not rotate, somebody must: imported symmetric material on demand, anything else by a new key behind the same
 * alias, whose age is then the time since the last rotation. KMS developer guide, "Rotate AWS KMS keys", "Rotate keys manually".
 */
export const rotationOverdue = defineRule({
  id: 'rotation-overdue',
  title: 'A key that KMS does not rotate by itself is in use for too long',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'aliases', 'lastRotation'],
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
    rotatedLongAgo:
      'The imported material of the key is {days} days old: it was last rotated on demand on {rotatedAt}, ' +
      'and the key is still behind {aliases} (rotation.manualPeriodInDays: {manualPeriodInDays})',
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

const judgeAge = (key: KeyMetadata, { facts: { aliases, lastRotation }, config, now }: JudgeInput): Verdict => {
  const { keySpec, origin, creationDate, multiRegion } = key;
  const { manualPeriodInDays } = config.rotation;
  const age = ageInDays(creationDate, now);
  if (age === null) return undated(creationDate);
  // A replica may be younger than the material that it shares: the oldest of the family tells.
  if (age < manualPeriodInDays) return multiRegion?.type === 'REPLICA' ? notApplicable : compliant;
  const onDemand: Fact<LastRotation> | null = rotatesOnDemandOnly(key) ? lastRotation : null;
  if (onDemand?.known === false) return undeterminedBy('last rotation', onDemand);
  const rotatedAt = onDemand?.value.at ?? null;
  const days = rotatedAt === null ? age : ageInDays(rotatedAt, now);
  if (days === null) return undated(rotatedAt);
  if (days < manualPeriodInDays) return compliant;
  if (!aliases.known) return undeterminedBy('aliases', aliases);
  const data = { days, keySpec, origin, manualPeriodInDays, rotatedAt };
  if (aliases.value.length === 0) return { verdict: 'undetermined', message: 'unaliased', data };
  const message = rotatedAt === null ? 'overdue' : 'rotatedLongAgo';
  return violation(message, { ...data, aliases: aliases.value.slice(0, 12) });
};
