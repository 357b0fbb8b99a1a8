/**
 * The KMS actions that a key policy can authorize, with what the analysis needs of each.
 * Sources: Service Authorization Reference for AWS KMS (as of 2026-09); KMS API reference, "Cross-account use".
 */
export type KmsAction = {
  /** With its prefix: `kms:Decrypt`. */
  readonly name: string;
  /** Callable on a key of another account. The rest is void there, whatever the policy says. */
  readonly crossAccount: boolean;
  /** Lower-case condition keys that exist for this action besides those of every action. */
  readonly keys: ReadonlySet<string>;
  readonly use: boolean;
  readonly admin: boolean;
};

const CONTEXT = 'kms:encryptioncontext: kms:encryptioncontextkeys';
const CRYPTO = `${CONTEXT} kms:encryptionalgorithm kms:requestalias`;
const ATTESTED = `${CRYPTO} kms:recipientattestation:`;

/** name | flags: x cross-account, u use of the key, a administration | condition keys; a final `:` or `/` is a prefix */
const ROWS: readonly (readonly [string, string, string])[] = [
  ['CancelKeyDeletion', '', ''],
  ['CreateAlias', 'a', ''],
  [
    'CreateGrant',
    'xa',
    `${CONTEXT} kms:grantconstraintsourcearn kms:grantconstrainttype kms:grantisforawsresource kms:grantoperations kms:granteeprincipal kms:granteeserviceprincipal kms:retiringprincipal kms:retiringserviceprincipal`,
  ],
  ['Decrypt', 'xu', ATTESTED],
  ['DeleteAlias', 'a', ''],
  ['DeleteImportedKeyMaterial', 'a', ''],
  ['DeriveSharedSecret', 'xu', 'kms:keyagreementalgorithm kms:requestalias kms:recipientattestation:'],
  ['DescribeKey', 'x', 'kms:requestalias'],
  ['DisableKey', 'a', 'kms:trailingdayswithoutkeyusage'],
  ['DisableKeyRotation', '', ''],
  ['EnableKey', '', ''],
  ['EnableKeyRotation', '', 'kms:rotationperiodindays'],
  ['Encrypt', 'xu', CRYPTO],
  ['GenerateDataKey', 'xu', ATTESTED],
  ['GenerateDataKeyPair', 'xu', `${ATTESTED} kms:datakeypairspec`],
  ['GenerateDataKeyPairWithoutPlaintext', 'xu', `${CRYPTO} kms:datakeypairspec`],
  ['GenerateDataKeyWithoutPlaintext', 'xu', CRYPTO],
  ['GenerateMac', 'xu', 'kms:macalgorithm kms:requestalias'],
  ['GetKeyLastUsage', '', ''],
  ['GetKeyPolicy', '', ''],
  ['GetKeyRotationStatus', 'x', ''],
  ['GetParametersForImport', '', 'kms:wrappingalgorithm kms:wrappingkeyspec'],
  ['GetPublicKey', 'x', 'kms:requestalias'],
  ['ImportKeyMaterial', 'a', 'kms:expirationmodel kms:validto'],
  ['ListGrants', 'x', 'kms:grantisforawsresource'],
  ['ListKeyPolicies', '', ''],
  ['ListKeyRotations', '', ''],
  ['ListResourceTags', '', ''],
  ['PutKeyPolicy', 'a', 'kms:bypasspolicylockoutsafetycheck'],
  ['ReEncryptFrom', 'xu', `${CRYPTO} kms:reencryptonsamekey`],
  ['ReEncryptTo', 'xu', `${CRYPTO} kms:reencryptonsamekey`],
  ['ReplicateKey', 'a', 'kms:replicaregion'],
  ['RetireGrant', 'x', `${CONTEXT} kms:grantconstrainttype`],
  ['RevokeGrant', 'x', 'kms:grantisforawsresource'],
  ['RotateKeyOnDemand', '', ''],
  ['ScheduleKeyDeletion', 'a', 'kms:schedulekeydeletionpendingwindowindays kms:trailingdayswithoutkeyusage'],
  ['Sign', 'xu', 'kms:messagetype kms:signingalgorithm kms:requestalias'],
  ['SynchronizeMultiRegionKey', '', ''],
  ['TagResource', 'a', 'aws:requesttag/ aws:tagkeys'],
  ['UntagResource', 'a', 'aws:tagkeys'],
  ['UpdateAlias', 'a', ''],
  ['UpdateKeyDescription', '', ''],
  ['UpdatePrimaryRegion', 'a', 'kms:primaryregion'],
  ['Verify', 'xu', 'kms:messagetype kms:signingalgorithm kms:requestalias'],
  ['VerifyMac', 'xu', 'kms:macalgorithm kms:requestalias'],
];

export const KMS_ACTIONS: readonly KmsAction[] = ROWS.map(([name, flags, keys]) => ({
  name: `kms:${name}`,
  crossAccount: flags.includes('x'),
  keys: new Set(keys.split(' ').filter((key) => key !== '')),
  use: flags.includes('u'),
  admin: flags.includes('a'),
}));

/** Places in the catalogue by lower-case name. */
export const ACTION_PLACES: ReadonlyMap<string, number> = new Map(
  KMS_ACTIONS.map((action, i) => [action.name.toLowerCase(), i]),
);

/** In the `kms:` namespace, but never decided by a key policy: there is no key yet, or none at all. */
export const ACCOUNT_ACTIONS: ReadonlySet<string> = new Set(
  [
    'ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores',
    'DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `kms:${name.toLowerCase()}`),
);

/** Keys that exist only for some actions, so that absence can be told from ignorance. */
const BOUND: ReadonlySet<string> = new Set(KMS_ACTIONS.flatMap((action) => [...action.keys]));

/** `kms:encryptioncontext:app` -> `kms:encryptioncontext:`; other keys stay. */
const family = (key: string): string => {
  if (key.startsWith('kms:encryptioncontext:')) return 'kms:encryptioncontext:';
  if (key.startsWith('kms:recipientattestation:')) return 'kms:recipientattestation:';
  return key.startsWith('aws:requesttag/') ? 'aws:requesttag/' : key;
};

/** Whether only some actions carry the key. `key` in lower case. */
export const isBound = (key: string): boolean => BOUND.has(family(key));

/** Whether a request for this action can carry the key at all. `key` in lower case. */
export const canCarry = (action: KmsAction, key: string): boolean => {
  const name = family(key);
  return !BOUND.has(name) || action.keys.has(name);
};

/** An action that this catalogue does not know (KMS may be newer): assume the worst. */
export const unknownAction = (name: string): KmsAction => ({
  name,
  crossAccount: true,
  keys: BOUND,
  use: false,
  admin: false,
});
