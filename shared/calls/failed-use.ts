import type { FailedUse } from '../facts/facts.ts';
import type { Call } from './call.ts';

/**
 * What fails while a key is disabled or pending deletion, and would not be asked for by somebody who does without the key.
 * CreateGrant is among them: with it an AWS service begins to use a key, such as EC2 for an encrypted volume.
 */
const uses: ReadonlySet<string> = new Set([
  'CreateGrant',
  'Decrypt',
  'Decapsulate',
  'DeriveSharedSecret',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]);

/** Source: KMS developer guide, "Key states of AWS KMS keys": one or the other, for a key that is pending deletion. */
const forItsState = /^(?:KMSInvalidState|Disabled)(?:Exception)?$/;

/**
 * The use of `keyArn` that this call failed to make for the state of the key; null for any other call. Who decrypts need not
 * name the key, and the record of a failed call may lack it: then KMS's own message names it.
 */
export const failedUseOf = (call: Call, keyArn: string): FailedUse | null => {
  const { eventName: operation, failure, dryRun, actor, eventTime: at } = call;
  if (failure === null || dryRun || !uses.has(operation) || !forItsState.test(failure.errorCode)) return null;
  const named = failure.errorMessage?.split(/\s/)[0];
  if (call.keyArn !== keyArn && named !== keyArn) return null;
  const { arn: actorArn, invokedBy } = actor;
  return { operation, at, actorArn, invokedBy, errorCode: failure.errorCode };
};
