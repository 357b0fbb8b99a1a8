import type { Call } from '../calls/call.ts';
import { samePolicy } from '../policy-text.ts';
import type { Facts } from './facts.ts';

/**
 * Do the facts show what the call did? KMS is eventually consistent: right after a call, DescribeKey may still tell of the
 * key before it, and a key pending deletion that reads Enabled would be taken for saved. Unknown facts count as shown: they
 * are never taken for safe anyway.
 */
export const showsEffect = (call: Call, { metadata, rotation, policy, grants }: Facts): boolean => {
  if (call.failure !== null || call.dryRun) return true;
  switch (call.operation) {
    case 'ScheduleKeyDeletion':
      return !metadata.known || pending.has(metadata.value.keyState);
    case 'DisableKey':
      return !metadata.known || metadata.value.keyState !== 'Enabled';
    case 'DisableKeyRotation':
      return !rotation.known || !rotation.value.enabled;
    case 'EnableKeyRotation':
      return (
        !rotation.known ||
        (rotation.value.enabled &&
          (call.rotationPeriodInDays === null || rotation.value.periodInDays === call.rotationPeriodInDays))
      );
    case 'CreateKey':
      return ![metadata, policy].some((fact) => !fact.known && fact.reason === 'not-found');
    case 'PutKeyPolicy':
      return !policy.known || call.policy === null || samePolicy(policy.value, call.policy);
    case 'CreateGrant':
      return (
        !grants.known ||
        grants.detail !== undefined ||
        call.grantId === null ||
        grants.value.some(({ grantId }) => grantId === call.grantId)
      );
    default:
      return true;
  }
};

const pending: ReadonlySet<string> = new Set(['PendingDeletion', 'PendingReplicaDeletion']);
