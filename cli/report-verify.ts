import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type Manifest,
  manifestName,
  publicKeyName,
  readManifest,
  readSignature,
  signatureName,
} from '../shared/reports/evidence/manifest.ts';
import { checkFiles, checkSignature, type FileCheck, type Found } from '../shared/reports/evidence/verify.ts';
import type { KeyPlace } from '../shared/adapters/public-key.ts';
import type { Fact } from '../shared/facts/facts.ts';
import { plain } from '../shared/rules/explain.ts';
import { endpointOf, fromLedger } from './ledger-access.ts';
import { type ExitStatus, type Io, readArgs, UsageError } from './command.ts';

/** `report verify FOLDER|MANIFEST`: is the evidence as it was made, and by whom? */

const options = {
  'public-key': { type: 'string' },
  key: { type: 'string' },
  'endpoint-url': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Asks KMS; the SDK is loaded only for this. @throws RetryableFault */
export type AskPublicKey = (place: KeyPlace) => Promise<Fact<Uint8Array>>;

const askKms: AskPublicKey = async (place) => {
  const { kmsPublicKey } = await import('../shared/adapters/public-key.ts');
  return kmsPublicKey(place);
};

const wrong = (problem: string): UsageError =>
  new UsageError(`report verify: ${problem}; see "kms-guard report --help"`);

type Signed =
  | { readonly state: 'unsigned' }
  | { readonly state: 'valid'; readonly keyArn: string; readonly fingerprint: string; readonly trusted: boolean }
  | { readonly state: 'invalid' | 'unusable' | 'unreadable' | 'missing'; readonly detail: string };

/** @throws UsageError where there is no manifest that can be read. */
export const verifyReport = async (args: readonly string[], io: Io, ask = askKms): Promise<ExitStatus> => {
  const { values, positionals } = readArgs('report verify', args, options);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw wrong('takes one FOLDER or MANIFEST');
  const file = (await kindOf(path)) === 'folder' ? join(path, manifestName) : path;
  const bytes = await bytesOf(file);
  const manifest = readManifest(bytes.toString('utf8'));
  if (manifest.kind === 'error') throw new UsageError(`report verify: ${file}: ${plain(manifest.message)}`);
  const files = await filesBeside(file, manifest.value);
  const publicKey = await publicKeyOf(values, ask);
  const signed = await signatureOf(file, { bytes, publicKey });
  io.stdout(values.json ? `${JSON.stringify({ manifest: file, files, signature: signed })}\n` : told(files, signed));
  const intact = files.every(({ state }) => state === 'intact');
  return intact && (signed.state === 'valid' || signed.state === 'unsigned') ? 0 : 1;
};

const kindOf = async (path: string): Promise<'folder' | 'file' | null> => {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
};

const bytesOf = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`report verify: ${file}: cannot be read (${why})`, { cause: error });
  }
};

const filesBeside = async (manifestFile: string, manifest: Manifest): Promise<readonly FileCheck[]> => {
  const folder = dirname(manifestFile);
  const own = new Set([
    basename(manifestFile),
    signatureName,
    publicKeyName,
    ...manifest.files.map(({ name }) => name),
  ]);
  const extra = (await readdir(folder)).filter((name) => !own.has(name)).map((name) => plain(name));
  const found = new Map<string, Found>();
  for (const { name } of manifest.files) found.set(name, await digestOf(join(folder, name)));
  return checkFiles(manifest, found, extra);
};

/** As a stream: some are a hundred megabytes long. A link is no file of the bundle. */
const digestOf = async (file: string): Promise<Found> => {
  const stat = await lstat(file).catch(() => null);
  if (stat === null || !stat.isFile()) return null;
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    digest.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: digest.digest('hex') };
};

type Given = { readonly bytes: Buffer; readonly publicKey: Uint8Array | null };

type KeyValues = {
  readonly 'public-key'?: string | undefined;
  readonly key?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
};

const keyArnPattern = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/** The reader's own: of a file, or of KMS; null where neither is named. @throws UsageError */
const publicKeyOf = async (values: KeyValues, ask: AskPublicKey): Promise<Uint8Array | null> => {
  const { 'public-key': file, key: keyArn, 'endpoint-url': endpoint } = values;
  if (file !== undefined && keyArn !== undefined) throw wrong('takes --public-key or --key, not both');
  if (keyArn === undefined) return file === undefined ? null : bytesOf(file);
  const region = keyArnPattern.exec(keyArn)?.[1];
  if (region === undefined) throw wrong(`--key "${plain(keyArn)}" is no ARN of a key`);
  const place = { keyArn, region, ...endpointOf('report', endpoint) };
  const answer = await fromLedger('report verify', () => ask(place));
  if (!answer.known) throw new UsageError(`report verify: ${keyArn}: ${answer.detail}`);
  return answer.value;
};

const signatureOf = async (manifestFile: string, { bytes, publicKey }: Given): Promise<Signed> => {
  const file = join(dirname(manifestFile), signatureName);
  if ((await kindOf(file)) !== 'file') {
    if (publicKey === null) return { state: 'unsigned' };
    return { state: 'missing', detail: `there is no ${signatureName}, and a public key was given` };
  }
  const read = readSignature((await bytesOf(file)).toString('utf8'));
  if (read.kind === 'error') return { state: 'unreadable', detail: plain(read.message) };
  const beside = join(dirname(manifestFile), publicKeyName);
  if (publicKey === null && (await kindOf(beside)) !== 'file') {
    return { state: 'missing', detail: `there is no ${publicKeyName}: give --public-key FILE or --key ARN` };
  }
  const checked = checkSignature(bytes, read.value, publicKey ?? (await bytesOf(beside)));
  return checked.state === 'valid'
    ? { ...checked, keyArn: plain(read.value.keyArn), trusted: publicKey !== null }
    : checked;
};

const signs = { intact: 'ok      ', changed: 'CHANGED ', missing: 'MISSING ', extra: 'EXTRA   ' } as const;

const told = (files: readonly FileCheck[], signed: Signed): string => {
  const lines = files.map(
    ({ name, state, detail }) => `${signs[state]} ${name}${state === 'intact' ? '' : `: ${detail}`}`,
  );
  const bad = files.filter(({ state }) => state !== 'intact').length;
  const sum =
    bad === 0
      ? `All ${files.length} files are as the manifest says.`
      : `${bad} of ${files.length} files are not as the manifest says.`;
  return [...lines, '', sum, signedText(signed), ''].join('\n');
};

const signedText = (signed: Signed): string => {
  if (signed.state === 'unsigned') return 'The manifest is not signed: who can change the files can change it, too.';
  if (signed.state !== 'valid') return `SIGNATURE ${signed.state.toUpperCase()}: ${signed.detail}.`;
  const { keyArn, fingerprint, trusted } = signed;
  const caution = trusted
    ? ''
    : '\nThe public key came with the evidence: compare its SHA-256, or give your own with --public-key FILE or --key ARN.';
  return `The manifest is signed by ${keyArn}; SHA-256 of the public key: ${fingerprint}.${caution}`;
};
