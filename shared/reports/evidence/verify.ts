import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { EvidenceFile, Manifest, ManifestSignature, SigningAlgorithm } from './manifest.ts';

/** What became of one file: `missing` stands in the manifest, `extra` does not. */
export type FileCheck = {
  readonly name: string;
  readonly state: 'intact' | 'changed' | 'missing' | 'extra';
  readonly detail: string;
};

/** What is there: null where the manifest's file is not. */
export type Found = { readonly bytes: number; readonly sha256: string } | null;

/** Every file of the manifest, then those that are none of it. */
export const checkFiles = (
  { files }: Manifest,
  found: ReadonlyMap<string, Found>,
  extra: readonly string[],
): readonly FileCheck[] => [
  ...files.map((file) => checkFile(file, found.get(file.name) ?? null)),
  ...extra.toSorted().map((name) => ({ name, state: 'extra' as const, detail: 'the manifest does not name it' })),
];

const checkFile = ({ name, bytes, sha256 }: EvidenceFile, found: Found): FileCheck => {
  if (found === null) return { name, state: 'missing', detail: 'the manifest names it, and it is not there' };
  if (found.sha256 === sha256 && found.bytes === bytes) return { name, state: 'intact', detail: `SHA-256 ${sha256}` };
  const size = found.bytes === bytes ? '' : `, ${found.bytes} bytes instead of ${bytes}`;
  return { name, state: 'changed', detail: `SHA-256 ${found.sha256} instead of ${sha256}${size}` };
};

export type SignatureCheck =
  | { readonly state: 'valid'; readonly fingerprint: string }
  | { readonly state: 'invalid' | 'unusable'; readonly detail: string };

const paddings: Readonly<Record<SigningAlgorithm, { readonly padding?: number; readonly saltLength?: number }>> = {
  // KMS salts with as many bytes as the digest has.
  RSASSA_PSS_SHA_256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  RSASSA_PKCS1_V1_5_SHA_256: { padding: constants.RSA_PKCS1_PADDING },
  ECDSA_SHA_256: {},
};

/** `publicKey`: PEM, or DER as `aws kms get-public-key` gives it. Never throws. */
export const checkSignature = (
  manifestBytes: Uint8Array,
  { algorithm, signature }: ManifestSignature,
  publicKey: Uint8Array,
): SignatureCheck => {
  const key = readKey(publicKey);
  if (key === null) return { state: 'unusable', detail: 'it is no public key, neither PEM nor DER' };
  if (key.asymmetricKeyType !== (algorithm === 'ECDSA_SHA_256' ? 'ec' : 'rsa')) {
    return {
      state: 'unusable',
      detail: `a key of the type ${key.asymmetricKeyType ?? 'unknown'} does not make ${algorithm}`,
    };
  }
  const good = verify('sha256', manifestBytes, { key, ...paddings[algorithm] }, Buffer.from(signature, 'base64'));
  return good
    ? { state: 'valid', fingerprint: fingerprintOf(key) }
    : { state: 'invalid', detail: 'the manifest is not the one that was signed, or another key signed it' };
};

const readKey = (bytes: Uint8Array): KeyObject | null => {
  const buffer = Buffer.from(bytes);
  const isPem = buffer.toString('latin1', 0, 200).includes('-----BEGIN ');
  try {
    return isPem ? createPublicKey(buffer) : createPublicKey({ key: buffer, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
};

/** SHA-256 of the key as DER, for people to compare. */
const fingerprintOf = (key: KeyObject): string => hash('sha256', key.export({ type: 'spki', format: 'der' }));
