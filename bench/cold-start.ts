import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { configFileName } from '../shared/config/guard-env.ts';
import { figure, median } from './figure.ts';

/**
 * What a cold start of `deletion-guard` costs: the size of its bundle, and the time to load it next to a bundle that only
 * creates the same SDK clients. Fresh Node processes, one after the other in turn, with the flags of Lambda's runtime.
 */
const rounds = 31;
const largest = 800;
const slowest = 1.4;
const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

const flags = ['--no-experimental-require-module', '--no-experimental-detect-module', '--input-type=module'];
const env = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  TABLE_NAME: 'ledger',
  OUTBOX_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/outbox.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
  GUARD_ROLE_ARNS: 'arn:aws:iam::111122223333:role/deletion-guard',
};

/** Milliseconds from import to a handler that is ready, in a process of its own. */
const load = async (file: string): Promise<number> => {
  const script = `const start = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - start);`;
  const { stdout } = await run(process.execPath, [...flags, '-e', script], { env });
  return Number(stdout);
};

/** The clients that the guard's bundle holds, by what esbuild found in it. */
const clientsOf = async (guard: string): Promise<readonly string[]> => {
  const meta = await readFile(join(guard, 'meta.json'), 'utf8');
  return [
    ...new Set([...meta.matchAll(/@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\//g)].flatMap(([, client]) => client ?? [])),
  ].sort();
};

const clientClasses: Readonly<Record<string, string>> = {
  'client-cloudtrail': 'CloudTrailClient',
  'client-dynamodb': 'DynamoDBClient',
  'client-kms': 'KMSClient',
  'client-sns': 'SNSClient',
  'client-sqs': 'SQSClient',
  'client-sts': 'STSClient',
};

const bareSource = (clients: readonly string[]): string =>
  [
    ...clients.map((client) => `import { ${clientClasses[client]} } from '@aws-sdk/${client}';`),
    `const clients = [${clients.map((client) => `new ${clientClasses[client]}({})`).join(', ')}];`,
    'export const handler = async () => clients.length;',
  ].join('\n');

const buildBare = async (outfile: string, clients: readonly string[]): Promise<void> => {
  await build({
    stdin: { contents: bareSource(clients), resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    legalComments: 'none',
  });
};

const kilobytes = async (file: string): Promise<number> => Math.round((await stat(file)).size / 100) / 10;

const compare = async (full: string, bare: string): Promise<{ full: number; bare: number }> => {
  const times: { full: number[]; bare: number[] } = { full: [], bare: [] };
  for (let round = -2; round < rounds; round += 1) {
    const [bareTime, fullTime] = [await load(bare), await load(full)];
    if (round < 0) continue;
    times.bare.push(bareTime);
    times.full.push(fullTime);
    process.stderr.write(`\rcold-start: ${round + 1}/${rounds}`);
  }
  process.stderr.write('\n');
  return { full: median(times.full), bare: median(times.bare) };
};

const scratch = await mkdtemp(join(tmpdir(), 'kms-guard-cold-start-'));
try {
  await run(process.execPath, [join(root, 'esbuild.config.mjs'), '--dist', scratch, 'deletion-guard']);
  const guard = join(scratch, 'functions', 'deletion-guard');
  const clients = await clientsOf(guard);
  const [full, bare] = [join(guard, 'index.mjs'), join(scratch, 'bare.mjs')];
  await writeFile(join(guard, configFileName), '{}');
  await buildBare(bare, clients);
  process.stderr.write(
    `node ${process.version}; clients: ${clients.join(', ')}; bare bundle ${await kilobytes(bare)} kB\n`,
  );
  const times = await compare(full, bare);
  process.stderr.write(`bare ${times.bare.toFixed(1)} ms, deletion-guard ${times.full.toFixed(1)} ms\n`);
  const size = await kilobytes(full);
  const ratio = Math.round((times.full / times.bare) * 100) / 100;
  const bench = 'cold-start';
  figure({
    bench,
    metric: 'bundle of deletion-guard',
    value: size,
    unit: 'kB',
    goal: `<= ${largest}`,
    ok: size <= largest,
  });
  figure({
    bench,
    metric: 'load time over bare SDK clients',
    value: ratio,
    unit: 'x',
    goal: `<= ${slowest}`,
    ok: ratio <= slowest,
  });
} finally {
  await rm(scratch, { recursive: true, force: true });
}
