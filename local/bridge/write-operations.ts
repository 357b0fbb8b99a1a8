import { asRecorded } from './as-recorded.ts';
import { textOf } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { KmsExchange } from './kms-exchange.ts';

/** How CloudTrail shows a KMS write call (FACTS 1.3, KDG: the ct-* pages). */
export interface WriteOperation {
  /** Request fields that AWS fills in when the caller leaves them out, as recorded. */
  readonly defaults?: JsonObject;
  /** `responseElements` of a success. */
  readonly answer: (exchange: KmsExchange, response: JsonObject) => JsonObject | null;
  /** What `resources` lists, in AWS's order; the key where nothing is said. */
  readonly resources?: readonly ('key' | 'alias')[];
}

const nothing = (): null => null;
const keyArn = (exchange: KmsExchange): JsonObject => ({ keyId: exchange.keyArn });
const asAnswered = (_exchange: KmsExchange, response: JsonObject): JsonObject => asRecorded(response);
const withKeyArn = (exchange: KmsExchange, response: JsonObject): JsonObject => ({
  ...asRecorded(response),
  keyId: exchange.keyArn,
});
const bareKeyId = (exchange: KmsExchange): JsonObject => ({ keyId: exchange.keyArn?.split('/').at(-1) ?? null });
const LOCKOUT_CHECKED = { bypassPolicyLockoutSafetyCheck: false };

const CREATE_KEY_DEFAULTS = {
  ...LOCKOUT_CHECKED,
  customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  description: '',
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  multiRegion: false,
  origin: 'AWS_KMS',
};

const OPERATIONS: Readonly<Record<string, WriteOperation>> = {
  CancelKeyDeletion: { answer: keyArn },
  ConnectCustomKeyStore: { answer: nothing, resources: [] },
  CreateAlias: { answer: nothing, resources: ['key', 'alias'] },
  CreateCustomKeyStore: { answer: asAnswered, resources: [] },
  CreateGrant: { answer: withKeyArn },
  CreateKey: { answer: asAnswered, defaults: CREATE_KEY_DEFAULTS },
  DeleteAlias: { answer: nothing, resources: ['key', 'alias'] },
  DeleteCustomKeyStore: { answer: nothing, resources: [] },
  DeleteImportedKeyMaterial: { answer: withKeyArn },
  DisableKey: { answer: keyArn },
  DisableKeyRotation: { answer: keyArn },
  DisconnectCustomKeyStore: { answer: nothing, resources: [] },
  EnableKey: { answer: keyArn },
  EnableKeyRotation: { answer: keyArn },
  ImportKeyMaterial: { answer: withKeyArn },
  PutKeyPolicy: { answer: keyArn, defaults: { ...LOCKOUT_CHECKED, policyName: 'default' } },
  ReplicateKey: { answer: asAnswered, defaults: { ...LOCKOUT_CHECKED, description: '' } },
  RetireGrant: { answer: nothing },
  RevokeGrant: { answer: nothing },
  RotateKeyOnDemand: { answer: bareKeyId },
  ScheduleKeyDeletion: { answer: withKeyArn },
  TagResource: { answer: nothing },
  UntagResource: { answer: nothing },
  UpdateAlias: { answer: nothing, resources: ['alias', 'key'] },
  UpdateCustomKeyStore: { answer: nothing, resources: [] },
  UpdateKeyDescription: { answer: nothing },
  UpdatePrimaryRegion: { answer: nothing },
};

/** Undefined for reads and cryptographic calls: those are `readOnly`, and EventBridge does not deliver them. */
export function writeOperation(name: string): WriteOperation | undefined {
  return Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
}

const USES: ReadonlySet<string> = new Set([
  'Decrypt',
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

/** Does the call use a key, and change none? */
export function isUse(name: string): boolean {
  return USES.has(name);
}

/** All operations that leave a record. */
export const WRITE_OPERATIONS: readonly string[] = Object.keys(OPERATIONS);

/** What a request says it is about: a key id, ARN or alias, to be looked up before the call changes it. */
export function subjectOf(request: JsonObject): string | undefined {
  return textOf(request, 'KeyId') ?? textOf(request, 'TargetKeyId') ?? textOf(request, 'AliasName');
}
