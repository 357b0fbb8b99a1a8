import type { GetKeyLastUsageCommandOutput, GrantListEntry } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import { type Fact, type Grant, type KeyMetadata, known, unknown } from '../facts/facts.ts';
import type { LastUsageAnswer } from '../facts/last-use.ts';

/** Answers of KMS in the words of the house: parsed here once, so that a state which AWS adds later is seen, not guessed. */

const multiRegionKey = z.object({ Arn: z.string() });
const describedKey = z.object({
  KeyId: z.string(),
  KeyState: z.enum([
    'Enabled',
    'Disabled',
    'PendingDeletion',
    'PendingReplicaDeletion',
    'PendingImport',
    'Unavailable',
    'Creating',
    'Updating',
  ]),
  KeyManager: z.enum(['AWS', 'CUSTOMER']),
  KeySpec: z.string(),
  KeyUsage: z.string(),
  Origin: z.string(),
  CreationDate: z.date(),
  DeletionDate: z.optional(z.date()),
  PendingDeletionWindowInDays: z.optional(z.number()),
  Description: z.optional(z.string()),
  CustomKeyStoreId: z.optional(z.string()),
  ExpirationModel: z.optional(z.string()),
  ValidTo: z.optional(z.date()),
  MultiRegion: z.optional(z.boolean()),
  MultiRegionConfiguration: z.optional(
    z.object({
      MultiRegionKeyType: z.enum(['PRIMARY', 'REPLICA']),
      PrimaryKey: multiRegionKey,
      ReplicaKeys: z.optional(z.array(multiRegionKey)),
    }),
  ),
});

export const readKeyMetadata = (metadata: unknown): Fact<KeyMetadata> => {
  const parsed = describedKey.safeParse(metadata);
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'KeyMetadata'}: ${message}`);
    return unknown('failed', `DescribeKey answered what the guard cannot read: ${where.join('; ')}`);
  }
  const key = parsed.data;
  const family = key.MultiRegionConfiguration;
  // Taken for a single-Region key, a member of a family would look safer than it is.
  if (key.MultiRegion === true && family === undefined) {
    return unknown('failed', 'DescribeKey answered a multi-Region key without MultiRegionConfiguration');
  }
  return known({
    keyId: key.KeyId,
    keyState: key.KeyState,
    keyManager: key.KeyManager,
    keySpec: key.KeySpec,
    keyUsage: key.KeyUsage,
    origin: key.Origin,
    creationDate: key.CreationDate.toISOString(),
    deletionDate: isoOf(key.DeletionDate),
    pendingDeletionWindowInDays: key.PendingDeletionWindowInDays ?? null,
    description: key.Description ?? '',
    customKeyStoreId: key.CustomKeyStoreId ?? null,
    expirationModel: key.ExpirationModel ?? null,
    validTo: isoOf(key.ValidTo),
    multiRegion:
      family === undefined
        ? null
        : {
            type: family.MultiRegionKeyType,
            primaryArn: family.PrimaryKey.Arn,
            replicaArns: (family.ReplicaKeys ?? []).map(({ Arn }) => Arn),
          },
  });
};

export const readGrant = (grant: GrantListEntry): Grant => {
  const { Constraints: constraints } = grant;
  return {
    grantId: grant.GrantId ?? '',
    name: grant.Name ?? null,
    granteePrincipal: grant.GranteePrincipal ?? null,
    granteeServicePrincipal: grant.GranteeServicePrincipal ?? null,
    retiringPrincipal: grant.RetiringPrincipal ?? grant.RetiringServicePrincipal ?? null,
    operations: grant.Operations ?? [],
    issuingAccount: grant.IssuingAccount ?? null,
    creationDate: isoOf(grant.CreationDate),
    constraints:
      constraints === undefined
        ? null
        : {
            encryptionContextEquals: constraints.EncryptionContextEquals ?? null,
            encryptionContextSubset: constraints.EncryptionContextSubset ?? null,
            sourceArn: constraints.SourceArn ?? null,
          },
  };
};

export const lastUsageAnswer = (answer: GetKeyLastUsageCommandOutput): LastUsageAnswer => ({
  keyLastUsage:
    answer.KeyLastUsage === undefined
      ? null
      : { timestamp: isoOf(answer.KeyLastUsage.Timestamp), operation: answer.KeyLastUsage.Operation ?? null },
  trackingStartDate: isoOf(answer.TrackingStartDate),
  keyCreationDate: isoOf(answer.KeyCreationDate),
});

export const isoOf = (date: Date | undefined): string | null => date?.toISOString() ?? null;
