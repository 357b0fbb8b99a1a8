import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { LocalError } from './local-error.ts';
import { onProcessEnd } from './process-end.ts';
import { runCommand } from './run-command.ts';
import type { Ended } from './run-command.ts';

export interface VenvOptions {
  /** The environment's folder; made, renewed or reused. */
  readonly folder: string;
  /** A pinned pip requirements file. */
  readonly requirements: string;
  /** PATH, and what pip needs to reach its index. */
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const STAMP = 'kms-guard.json';
const WHAT_TO_DO = 'Install Python 3.10 or newer (with its venv module) and put it on the PATH.';

/** The Python of a private environment that holds exactly the pinned requirements. Throws LocalError. */
export async function ensureVenv(options: VenvOptions): Promise<string> {
  const python = join(options.folder, 'bin', 'python');
  const wanted = createHash('sha256')
    .update(await readFile(options.requirements))
    .digest('hex');
  const scratch = await mkdtemp(join(tmpdir(), 'kms-guard-python-'));
  const disarm = onProcessEnd(() => rmSync(scratch, { recursive: true, force: true }));
  try {
    const run = (file: string, args: readonly string[]) =>
      runCommand({ file, args, env: options.env, log: join(scratch, 'log'), ...when('signal', options.signal) });
    if ((await stampOf(options.folder)) === wanted) {
      if ((await versionOf(run, python)) !== undefined) return python;
      // The Python that it was made with is gone.
      await rm(options.folder, { recursive: true, force: true });
    }
    await makeVenv(run, options, wanted);
    return python;
  } finally {
    await rm(scratch, { recursive: true, force: true });
    disarm();
  }
}

type Run = (file: string, args: readonly string[]) => Promise<Ended>;

/** Made aside and moved into place when complete: two starts at once do not meet half an environment. */
async function makeVenv(run: Run, options: VenvOptions, wanted: string): Promise<void> {
  const base = await findPython(run);
  options.onProgress(`Python ${base.version}: making a private environment`);
  await mkdir(dirname(options.folder), { recursive: true });
  const aside = await mkdtemp(`${options.folder}-`);
  const remove = { recursive: true, force: true } as const;
  const disarm = onProcessEnd(() => rmSync(aside, remove));
  try {
    await fill(run, options, { base: base.file, folder: aside });
    await writeFile(join(aside, STAMP), JSON.stringify({ requirements: wanted }));
    if ((await stampOf(options.folder)) !== wanted) await rm(options.folder, remove);
    await rename(aside, options.folder).catch(async (error: unknown) => {
      if ((await stampOf(options.folder)) !== wanted) throw error;
    });
  } finally {
    await rm(aside, remove);
    disarm();
  }
}

async function fill(
  run: Run,
  options: VenvOptions,
  at: { readonly base: string; readonly folder: string },
): Promise<void> {
  const made = await run(at.base, ['-m', 'venv', at.folder]);
  if (made.code !== 0) throw new LocalError(`${at.base} -m venv failed: ${lastWords(made)} ${WHAT_TO_DO}`);
  options.onProgress(`installing ${basename(options.requirements)}`);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '-r'];
  const installed = await run(join(at.folder, 'bin', 'python'), [...pip, options.requirements]);
  if (installed.code === 0) return;
  throw new LocalError(
    `pip could not install ${options.requirements}: ${lastWords(installed)} Check the network or pip's index settings, then try again.`,
  );
}

/** The first Python on the PATH that is new enough. Throws LocalError naming what it found instead. */
export async function findPython(run: Run): Promise<{ readonly file: string; readonly version: string }> {
  const seen = new Set<string>();
  for (const file of NAMES) {
    const version = await versionOf(run, file);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return { file, version };
    seen.add(version);
  }
  const found = seen.size === 0 ? 'no Python was found on the PATH' : `only Python ${[...seen].join(', ')} was found`;
  throw new LocalError(`The local AWS needs Python 3.10 or newer, and ${found}. ${WHAT_TO_DO}`);
}

async function versionOf(run: Run, file: string): Promise<string | undefined> {
  try {
    const ended = await run(file, ['-c', 'import platform; print(platform.python_version())']);
    return ended.code === 0 ? ended.tail.at(-1) : undefined;
  } catch (error) {
    if (error instanceof LocalError) return undefined;
    throw error;
  }
}

async function stampOf(folder: string): Promise<string | undefined> {
  try {
    const stamp: unknown = JSON.parse(await readFile(join(folder, STAMP), 'utf8'));
    return typeof stamp === 'object' && stamp !== null && 'requirements' in stamp
      ? String(stamp.requirements)
      : undefined;
  } catch {
    return undefined;
  }
}

function lastWords(ended: Ended): string {
  const error = ended.tail.findLast((line) => /error/i.test(line)) ?? ended.tail.at(-1) ?? `exit ${ended.code}`;
  return /[.!?]$/.test(error.trim()) ? error.trim() : `${error.trim()}.`;
}

function when<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  const part: Partial<Record<K, V>> = {};
  if (value !== undefined) part[name] = value;
  return part;
}
