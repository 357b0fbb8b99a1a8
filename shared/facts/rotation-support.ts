import type { KeyMetadata } from './facts.ts';

/**
 * Why KMS cannot rotate a key automatically; null where it can: symmetric encryption keys whose material KMS made itself.
 * Source: KMS developer guide, "Rotate AWS KMS keys".
 */
export const rotationUnsupported = (metadata: KeyMetadata): string | null => {
  if (metadata.customKeyStoreId !== null) return 'keys of a custom key store are not rotated by KMS';
  if (metadata.origin !== 'AWS_KMS') return `keys of origin ${metadata.origin} are not rotated by KMS`;
  if (metadata.keySpec !== 'SYMMETRIC_DEFAULT') return `keys of type ${metadata.keySpec} are not rotated by KMS`;
  return null;
};

/** Can its material only be changed on demand (RotateKeyOnDemand after an import), never by KMS itself? */
export const rotatesOnDemandOnly = ({ origin, keySpec, customKeyStoreId }: KeyMetadata): boolean =>
  origin === 'EXTERNAL' && keySpec === 'SYMMETRIC_DEFAULT' && customKeyStoreId === null;
