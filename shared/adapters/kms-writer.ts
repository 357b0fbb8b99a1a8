import {
  CancelKeyDeletionCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { type KeyWriter, RetryableFault, type WriteResult } from '../ports.ts';
import { regionOf } from './kms-reader.ts';

/** The guard's writes to KMS. The SDK retries throttling first; what it gives up on is a RetryableFault. */
export const kmsWriter = (clientFor: (region: string) => KMSClient): KeyWriter => ({
  cancelKeyDeletion: (keyArn) =>
    written('kms:CancelKeyDeletion', () =>
      clientFor(regionOf(keyArn)).send(new CancelKeyDeletionCommand({ KeyId: keyArn })),
    ),
  enableKey: (keyArn) =>
    written('kms:EnableKey', () => clientFor(regionOf(keyArn)).send(new EnableKeyCommand({ KeyId: keyArn }))),
  enableKeyRotation: (keyArn, periodInDays) =>
    written('kms:EnableKeyRotation', () =>
      clientFor(regionOf(keyArn)).send(
        new EnableKeyRotationCommand({
          KeyId: keyArn,
          ...(periodInDays === null ? {} : { RotationPeriodInDays: periodInDays }),
        }),
      ),
    ),
  // KMS's lockout safety check is never bypassed: a policy that would lock the guard out of the key is refused.
  putKeyPolicy: (keyArn, policy) =>
    written('kms:PutKeyPolicy', () =>
      clientFor(regionOf(keyArn)).send(
        new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy: policy }),
      ),
    ),
  revokeGrant: (keyArn, grantId) =>
    written('kms:RevokeGrant', () =>
      clientFor(regionOf(keyArn)).send(new RevokeGrantCommand({ KeyId: keyArn, GrantId: grantId })),
    ),
});

const written = async (action: string, send: () => Promise<unknown>): Promise<WriteResult> => {
  try {
    await send();
    return { ok: true };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    const text = error instanceof Error ? error.message : String(error);
    switch (name) {
      case 'KMSInvalidStateException':
      case 'DisabledException':
        return { ok: false, reason: 'invalid-state', detail: `${action}: ${text}` };
      case 'AccessDeniedException':
      case 'AccessDenied':
        return { ok: false, reason: 'access-denied', detail: `${action} is denied: ${text}` };
      case 'NotFoundException':
        return { ok: false, reason: 'not-found', detail: text };
      case 'UnsupportedOperationException':
        return { ok: false, reason: 'unsupported', detail: `${action}: ${text}` };
      // A policy whose principals are gone, or that would lock its caller out: trying again changes nothing.
      case 'MalformedPolicyDocumentException':
      case 'LimitExceededException':
      case 'InvalidGrantIdException':
        return { ok: false, reason: 'failed', detail: `${action}: ${name}: ${text}` };
      default:
        throw new RetryableFault(`${action} failed: ${name}`, { cause: error });
    }
  }
};
