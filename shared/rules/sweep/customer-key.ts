import type { Facts, KeyMetadata } from '../../facts/facts.ts';
import { notApplicable, type Verdict } from '../define-rule.ts';
import { undeterminedBy } from '../reason.ts';

/** Judges a key of the customer; AWS keeps its managed keys itself. Without the metadata nothing is known of the key. */
export const judgeCustomerKey = (
  { metadata }: Pick<Facts, 'metadata'>,
  judge: (key: KeyMetadata) => Verdict,
): Verdict => {
  if (!metadata.known) return undeterminedBy('metadata', metadata);
  return metadata.value.keyManager === 'AWS' ? notApplicable : judge(metadata.value);
};

/** To be deleted, which `deletion-scheduled` judges; until then KMS refuses most changes of the key. */
export const isPendingDeletion = ({ keyState }: Pick<KeyMetadata, 'keyState'>): boolean =>
  keyState === 'PendingDeletion' || keyState === 'PendingReplicaDeletion';
