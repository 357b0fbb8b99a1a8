import type { Facts, Rotation } from '../../facts/facts.ts';
import { rotationUnsupported } from '../../facts/rotation-support.ts';
import { notApplicable, type Verdict } from '../define-rule.ts';
import { undeterminedBy } from '../reason.ts';

export type Asked =
  | { readonly asked: true; readonly rotation: Rotation }
  | { readonly asked: false; readonly verdict: Verdict };

const pending = ['PendingDeletion', 'PendingReplicaDeletion'];

/**
 * The rotation to judge, or why there is none. While a key is pending deletion KMS reads it as off and restores it after a
 * cancel; a Disabled key neither rotates nor lets its setting be changed. KMS developer guide, "Rotate AWS KMS keys".
 */
export const askRotation = ({ metadata, rotation }: Facts): Asked => {
  if (!metadata.known) return not(undeterminedBy('metadata', metadata));
  const { keyManager, keyState } = metadata.value;
  if (keyManager === 'AWS' || rotationUnsupported(metadata.value) !== null) return not(notApplicable);
  if (pending.includes(keyState) || keyState === 'Disabled') return not(notApplicable);
  if (!rotation.known) return not(undeterminedBy('rotation', rotation));
  const { of, enabled } = rotation.value;
  if (!enabled && pending.includes(rotation.value.keyState)) {
    return not({ verdict: 'undetermined', message: 'primaryPending', data: { of, keyState: rotation.value.keyState } });
  }
  return { asked: true, rotation: rotation.value };
};

const not = (verdict: Verdict): Asked => ({ asked: false, verdict });

export const primaryPendingText =
  'The primary {of} is {keyState}: while it is, KMS reads its rotation as off, whatever it was';
