import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment } from '../../local/environment.ts';
import { ensureVenv } from '../../local/python.ts';
import { foundByC7n, foundByGuard, foundByProwler, prowlerChecks } from './found.ts';
import type { Defects } from './plant.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
/** Git-ignored, like everything under .local. */
export const folder = join(root, '.local', 'bench', 'sweep-peers');
/** For what a run writes; begun empty, as an interrupted one leaves its files. */
export const scratchFolder = join(folder, 'scratch');
const ownFile = (name: string): string => join(import.meta.dirname, name);

export const account = '111122223333';
export const region = 'eu-west-1';

export type Tool = {
  readonly name: 'kms-guard' | 'c7n' | 'prowler';
  readonly version: string;
  /** As a user types it; the report goes to `out`, an empty folder. Exit statuses that tell of findings count as success. */
  readonly command: (out: string) => readonly string[];
  readonly findingsStatus: number;
  readonly found: (out: string, stdout: string) => Promise<Defects>;
};

/** The command line is built afresh; the peers are installed once, each with exactly the pinned packages. */
export const allTools = async (say: (text: string) => void): Promise<readonly Tool[]> => {
  const c7n = await venv('c7n', say);
  const prowler = await venv('prowler', say);
  return [await guard(say), await cloudCustodian(c7n), await prowlerOf(prowler)];
};

const venv = (name: 'c7n' | 'prowler', say: (text: string) => void): Promise<string> =>
  ensureVenv({
    folder: join(folder, name),
    requirements: ownFile(`${name}.txt`),
    env: cleanEnvironment(),
    onProgress: (line) => say(`${name}: ${line}`),
  });

const guard = async (say: (text: string) => void): Promise<Tool> => {
  say('kms-guard: building the command line');
  const dist = join(folder, 'dist');
  await run(process.execPath, [join(root, 'esbuild.config.mjs'), '--dist', dist, 'cli'], { cwd: root });
  const rules = ['rotation-disabled', 'policy-public'].flatMap((rule) => ['--rule', rule]);
  const program = [process.execPath, join(dist, 'cli', 'kms-guard.mjs')];
  return {
    name: 'kms-guard',
    version: `of this checkout, Node.js ${process.versions.node}`,
    command: () => [...program, 'sweep', '--region', region, ...rules, '--json'],
    findingsStatus: 1,
    found: async (_out, stdout) => foundByGuard(stdout),
  };
};

/** One file with three policies: the first describes the keys, its cache serves the others. */
const cloudCustodian = async (python: string): Promise<Tool> => ({
  name: 'c7n',
  version: await versionOf(python, 'c7n'),
  command: (out) => [python, '-m', 'c7n.cli', 'run', '-s', out, '-r', region, ownFile('policies.yml')],
  findingsStatus: 0,
  found: async (out) => {
    const of = (policy: keyof Defects): Promise<string> => readFile(join(out, policy, 'resources.json'), 'utf8');
    return foundByC7n({ unrotated: await of('unrotated'), open: await of('open'), pending: await of('pending') });
  },
});

/** Its leanest report, and of that only what fails. */
const prowlerOf = async (python: string): Promise<Tool> => ({
  name: 'prowler',
  version: await versionOf(python, 'prowler'),
  command: (out) => {
    const report = ['--output-formats', 'csv', '--output-directory', out, '--output-filename', 'report'];
    const checks = ['--checks', ...Object.values(prowlerChecks)];
    return [
      python,
      '-m',
      'prowler',
      'aws',
      '--region',
      region,
      ...checks,
      '--status',
      'FAIL',
      '--no-banner',
      ...report,
    ];
  },
  findingsStatus: 3,
  found: async (out) => foundByProwler(await readFile(join(out, 'report.csv'), 'utf8')),
});

export const versionOf = async (python: string, name: string): Promise<string> => {
  const { stdout } = await run(python, ['-c', `from importlib.metadata import version; print(version("${name}"))`]);
  return stdout.trim();
};

export type Finished = { readonly begun: number; readonly ended: number; readonly defects: Defects };

/** Runs the whole command as a user sees it, with a home of its own, so that nothing is left from the run before. */
export const runTool = async (tool: Tool, endpoint: string): Promise<Finished> => {
  const scratch = await mkdtemp(join(scratchFolder, 'run-'));
  const out = join(scratch, 'out');
  await mkdir(out);
  try {
    const [program = '', ...args] = tool.command(out);
    const begun = performance.now();
    const { code, stdout, stderr } = await ended(program, args, { cwd: scratch, env: environment(scratch, endpoint) });
    const end = performance.now();
    if (code !== 0 && code !== tool.findingsStatus)
      throw new Error(`${tool.name} ended with ${code}: ${stderr.slice(-2_000)}`);
    return { begun, ended: end, defects: await tool.found(out, stdout) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

const environment = (home: string, endpoint: string): Record<string, string> => ({
  ...cleanEnvironment(),
  HOME: home,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ENDPOINT_URL: endpoint,
});

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const ended = (program: string, args: readonly string[], options: { cwd: string; env: Record<string, string> }) =>
  new Promise<Ended>((resolve, reject) => {
    execFile(program, args, { ...options, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
