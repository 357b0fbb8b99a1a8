import * as z from 'zod/mini';
import type { ReportPeriod } from '../report-input.ts';

/**
 * The manifest of a bundle of evidence: which files belong to it, and the SHA-256 of each. A signature is made over the bytes of
 * the manifest, so it holds for all of them.
 */
export const manifestSchema = 'kms-guard/evidence/1';
export const manifestName = 'manifest.json';
/** Beside the manifest, and no part of it: the signature holds for the manifest, and the key for the signature. */
export const signatureName = 'manifest.signature.json';
export const publicKeyName = 'public-key.pem';

/** A plain name: a manifest leads nowhere but to its own folder. */
const fileName = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be the plain name of a file'));

const evidenceFile = z.readonly(
  z.object({
    name: fileName,
    mediaType: z.string(),
    bytes: z.int().check(z.minimum(0)),
    sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal')),
  }),
);
export type EvidenceFile = z.infer<typeof evidenceFile>;

const manifest = z.object({
  schema: z.literal(manifestSchema),
  title: z.string(),
  generatedAt: z.string(),
  period: z.object({ kind: z.string(), from: z.string(), to: z.string() }),
  files: z.readonly(z.array(evidenceFile)).check(
    z.refine((files) => new Set(files.map(({ name }) => name)).size === files.length, 'names a file twice'),
    z.refine((files) => files.every(({ name }) => !besides.includes(name)), 'names itself'),
  ),
});
export type Manifest = z.infer<typeof manifest>;

const besides: readonly string[] = [manifestName, signatureName, publicKeyName];

/** As KMS names them; each signs the SHA-256 of the manifest. */
export const signingAlgorithms = ['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256', 'ECDSA_SHA_256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

const signature = z.object({
  schema: z.literal('kms-guard/evidence-signature/1'),
  keyArn: z.string(),
  algorithm: z.enum(signingAlgorithms),
  /** Base64. */
  signature: z.string().check(z.regex(/^[A-Za-z0-9+/]+=*$/, 'must be Base64')),
});
export type ManifestSignature = z.infer<typeof signature>;

type Described = {
  readonly title: string;
  readonly generatedAt: string;
  readonly period: ReportPeriod;
  readonly files: readonly EvidenceFile[];
};

/** The manifest's text. The same files make the same bytes. */
export const manifestText = ({ title, generatedAt, period, files }: Described): string => {
  const { kind, from, to } = period;
  const sorted = files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return `${JSON.stringify({ schema: manifestSchema, title, generatedAt, period: { kind, from, to }, files: sorted }, null, 2)}\n`;
};

export const signatureText = (made: Omit<ManifestSignature, 'schema'>): string =>
  `${JSON.stringify({ schema: 'kms-guard/evidence-signature/1', ...made }, null, 2)}\n`;

export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'error'; readonly message: string };

/** Never throws. */
export const readManifest = (text: string): Reading<Manifest> => readAs(manifest, text);
/** Never throws. */
export const readSignature = (text: string): Reading<ManifestSignature> => readAs(signature, text);

const readAs = <Value>(schema: z.ZodMiniType<Value>, text: string): Reading<Value> => {
  const parsed = parseJson(text);
  if (parsed instanceof SyntaxError) return { kind: 'error', message: `not JSON: ${parsed.message}` };
  const read = z.safeParse(schema, parsed);
  if (read.success) return { kind: 'read', value: read.data };
  const [issue] = read.error.issues;
  return { kind: 'error', message: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ') };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(String(error));
  }
};
