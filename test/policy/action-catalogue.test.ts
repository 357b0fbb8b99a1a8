import { describe, expect, it } from 'vitest';
import {
  ACCOUNT_ACTIONS,
  ACTION_PLACES,
  canCarry,
  isBound,
  KMS_ACTIONS,
  type KmsAction,
  unknownAction,
} from '../../shared/policy/action-catalogue.ts';

/** Against lists read from AWS's own pages: the Service Authorization Reference and the KMS API reference. */

const names = (test: (action: KmsAction) => boolean): readonly string[] =>
  KMS_ACTIONS.filter(test)
    .map(({ name }) => name)
    .toSorted();

const sorted = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((name) => `kms:${name}`)
    .toSorted();

const USE = `Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
  GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign Verify VerifyMac`;

describe('what KMS offers', () => {
  it('uses of the key: cryptographic operations', () => {
    expect(names((action) => action.use)).toEqual(sorted(USE));
  });

  it('across accounts: uses, looking on, and grants', () => {
    const more = 'CreateGrant DescribeKey GetKeyRotationStatus GetPublicKey ListGrants RetireGrant RevokeGrant';
    expect(names((action) => action.crossAccount)).toEqual(sorted(`${USE} ${more}`));
  });

  it('as administration: who may, what is left of the key, and how it is found', () => {
    expect(names((action) => action.admin)).toEqual(
      sorted(`CreateAlias CreateGrant DeleteAlias DeleteImportedKeyMaterial DisableKey ImportKeyMaterial PutKeyPolicy
        ReplicateKey ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdatePrimaryRegion`),
    );
  });

  it('beside them, in the own account only', () => {
    expect(names((action) => !action.use && !action.admin && !action.crossAccount)).toEqual(
      sorted(`CancelKeyDeletion DisableKeyRotation EnableKey EnableKeyRotation GetKeyLastUsage GetKeyPolicy
        GetParametersForImport ListKeyPolicies ListKeyRotations ListResourceTags RotateKeyOnDemand
        SynchronizeMultiRegionKey UpdateKeyDescription`),
    );
  });

  it('without a key: no key policy decides', () => {
    expect([...ACCOUNT_ACTIONS].toSorted()).toEqual(
      sorted(`connectcustomkeystore createcustomkeystore createkey deletecustomkeystore describecustomkeystores
        disconnectcustomkeystore generaterandom listaliases listkeys listretirablegrants updatecustomkeystore`),
    );
    expect(KMS_ACTIONS.filter(({ name }) => ACCOUNT_ACTIONS.has(name.toLowerCase()))).toEqual([]);
  });

  it('in a place that is found by the lower-case name', () => {
    expect(KMS_ACTIONS.map(({ name }) => ACTION_PLACES.get(name.toLowerCase()))).toEqual(KMS_ACTIONS.map((_, i) => i));
    expect(ACTION_PLACES.get('kms:createkey')).toBeUndefined();
  });
});

const GRANTS = 'CreateGrant';
const ENCRYPTION = `Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
  GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo`;

describe('which requests carry a condition key', () => {
  it.each([
    ['kms:encryptioncontext:app', `${ENCRYPTION} CreateGrant RetireGrant`],
    ['kms:encryptioncontextkeys', `${ENCRYPTION} CreateGrant RetireGrant`],
    ['kms:encryptionalgorithm', ENCRYPTION],
    ['kms:requestalias', `${USE} DescribeKey GetPublicKey`],
    ['kms:recipientattestation:imagesha384', 'Decrypt DeriveSharedSecret GenerateDataKey GenerateDataKeyPair'],
    ['kms:datakeypairspec', 'GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext'],
    ['kms:keyagreementalgorithm', 'DeriveSharedSecret'],
    ['kms:macalgorithm', 'GenerateMac VerifyMac'],
    ['kms:messagetype', 'Sign Verify'],
    ['kms:signingalgorithm', 'Sign Verify'],
    ['kms:reencryptonsamekey', 'ReEncryptFrom ReEncryptTo'],
    ['kms:grantoperations', GRANTS],
    ['kms:granteeprincipal', GRANTS],
    ['kms:granteeserviceprincipal', GRANTS],
    ['kms:retiringprincipal', GRANTS],
    ['kms:retiringserviceprincipal', GRANTS],
    ['kms:grantconstraintsourcearn', GRANTS],
    ['kms:grantconstrainttype', 'CreateGrant RetireGrant'],
    ['kms:grantisforawsresource', 'CreateGrant ListGrants RevokeGrant'],
    ['kms:bypasspolicylockoutsafetycheck', 'PutKeyPolicy'],
    ['kms:schedulekeydeletionpendingwindowindays', 'ScheduleKeyDeletion'],
    ['kms:trailingdayswithoutkeyusage', 'DisableKey ScheduleKeyDeletion'],
    ['kms:rotationperiodindays', 'EnableKeyRotation'],
    ['kms:expirationmodel', 'ImportKeyMaterial'],
    ['kms:validto', 'ImportKeyMaterial'],
    ['kms:wrappingalgorithm', 'GetParametersForImport'],
    ['kms:wrappingkeyspec', 'GetParametersForImport'],
    ['kms:replicaregion', 'ReplicateKey'],
    ['kms:primaryregion', 'UpdatePrimaryRegion'],
    ['aws:requesttag/team', 'TagResource'],
    ['aws:tagkeys', 'TagResource UntagResource'],
  ])('%s', (key, actions) => {
    expect(isBound(key)).toBe(true);
    expect(names((action) => canCarry(action, key))).toEqual(sorted(actions));
  });

  it.each([
    'aws:sourceip',
    'aws:principaltag/team',
    'kms:viaservice',
    'kms:keyspec',
    'aws:resourcetag/team',
    'made:up',
  ])('%s: every one may', (key) => {
    expect(isBound(key)).toBe(false);
    expect(KMS_ACTIONS.every((action) => canCarry(action, key))).toBe(true);
  });

  it('of an action that is not known yet: every one, from everywhere, and no duty', () => {
    const action = unknownAction('kms:TeleportKey');
    expect(action).toMatchObject({ name: 'kms:TeleportKey', crossAccount: true, use: false, admin: false });
    for (const key of ['kms:encryptioncontext:app', 'kms:replicaregion', 'aws:requesttag/team', 'aws:sourceip']) {
      expect(canCarry(action, key)).toBe(true);
    }
  });
});
