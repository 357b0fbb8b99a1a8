import type { MemoryKey } from './memory-kms.ts';

/** An Enabled, rotating, tagged key that was used yesterday; change what a test is about. */
export const memoryKey = (some: Partial<MemoryKey> = {}, metadata: Partial<MemoryKey['metadata']> = {}): MemoryKey => ({
  metadata: {
    keyId: '0a1b2c3d-1111-2222-3333-444455556666',
    keyState: 'Enabled',
    keyManager: 'CUSTOMER',
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    creationDate: '2026-01-10T08:00:00.000Z',
    deletionDate: null,
    pendingDeletionWindowInDays: null,
    description: 'orders',
    customKeyStoreId: null,
    expirationModel: null,
    validTo: null,
    multiRegion: null,
    ...metadata,
  },
  rotation: { enabled: true, periodInDays: 180, nextRotationDate: '2027-01-10T08:00:00.000Z' },
  policy: '{}',
  aliases: ['alias/orders'],
  tags: { owner: 'orders' },
  grants: [],
  lastUse: { use: 'used', at: '2026-11-19T10:00:00.000Z', operation: 'Decrypt' },
  changes: [],
  failedUses: [],
  rotatedAt: null,
  ...some,
});

export const pending = { keyState: 'PendingDeletion', deletionDate: '2026-11-27T09:14:07.000Z' } as const;
