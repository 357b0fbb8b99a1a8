import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { figure, median } from './figure.ts';
import { readAllOf, readOurs, type Seen } from './replay/read.ts';
import { recordsAsText } from './replay/records.ts';

/**
 * Reading 1,000,000 CloudTrail records, 5% of KMS, out of gzip files of 1,000 records each, next to gunzip and
 * `JSON.parse` of everything; and the peak memory of a process that reads them all, in many files or in one.
 */
const total = 1_000_000;
const perFile = 1_000;
const rounds = 20;
const leastSpeedup = 2;
const mostMegabytes = 250;

const run = promisify(execFile);
const zip = promisify(gzip);
const say = (text: string): void => void process.stderr.write(`replay: ${text}\n`);

const fileName = (folder: string, index: number): string =>
  join(folder, `111122223333_CloudTrail_eu-west-1_20261120T0900Z_${String(index).padStart(4, '0')}.json.gz`);

/** Many files as CloudTrail delivers them, and one file with the same records. */
const generate = async (many: string, one: string): Promise<void> => {
  await mkdir(many);
  const files = total / perFile;
  async function* allInOne() {
    for (let index = 0; index < files; index++) {
      const records = recordsAsText(index, perFile).join(',');
      const packed = await zip(`{"Records":[${records}]}`);
      await writeFile(fileName(many, index), packed);
      if ((index + 1) % 100 === 0) say(`${(index + 1) * perFile} records written`);
      yield `${index === 0 ? '{"Records":[' : ','}${records}${index === files - 1 ? ']}' : ''}`;
    }
  }
  await pipeline(allInOne, createGzip({ chunkSize: 1024 * 1024 }), createWriteStream(one));
};

/** Each way pays for its own garbage, not for the other's: `bench/main.ts` runs with `--expose-gc`. */
const timed = async (read: () => Seen | Promise<Seen>): Promise<Seen & { readonly seconds: number }> => {
  globalThis.gc?.();
  const start = performance.now();
  const seen = await read();
  return { ...seen, seconds: (performance.now() - start) / 1000 };
};

/** One slice read both ways, in turn first; both must have seen the same. */
const compare = async (files: readonly string[], round: number): Promise<number> => {
  const first = round % 2 === 0 ? await timed(() => readOurs(files)) : null;
  const all = await timed(() => readAllOf(files));
  const ours = first ?? (await timed(() => readOurs(files)));
  if (ours.calls !== all.calls || ours.records !== all.records) {
    throw new Error(
      `read ${ours.records} records and ${ours.calls} calls, where there are ${all.records} and ${all.calls}`,
    );
  }
  say(
    `round ${round + 1}: ${ours.records} records, ours ${ours.seconds.toFixed(2)} s, everything ${all.seconds.toFixed(2)} s`,
  );
  return all.seconds / ours.seconds;
};

const measureSpeed = async (many: string): Promise<void> => {
  const files = Array.from({ length: total / perFile }, (_, index) => fileName(many, index));
  const slice = files.length / rounds;
  await compare(files.slice(0, slice), 0);
  say('that was to warm up');
  const speedups: number[] = [];
  for (let round = 0; round < rounds; round++) {
    speedups.push(await compare(files.slice(round * slice, (round + 1) * slice), round));
  }
  const value = median(speedups);
  figure({
    bench: 'replay',
    metric: 'speedup over parsing everything',
    value,
    unit: 'x',
    goal: `>= ${leastSpeedup}`,
    ok: value >= leastSpeedup,
  });
};

/** In a process of its own, which reports its peak. */
const measureMemory = async (path: string, what: string): Promise<void> => {
  const { stdout } = await run(process.execPath, [import.meta.filename, '--read', path]);
  const report: unknown = JSON.parse(stdout);
  const [records, calls, megabytes, seconds] = Array.isArray(report) ? report.map(Number) : [];
  if (records !== total || calls !== total / 20 || megabytes === undefined || seconds === undefined) {
    throw new Error(`read ${stdout.trim()} where there are ${total} records`);
  }
  say(`${what}: ${megabytes.toFixed(0)} MB at the peak, ${seconds.toFixed(1)} s`);
  figure({
    bench: 'replay',
    metric: `peak memory, 1,000,000 records in ${what}`,
    value: megabytes,
    unit: 'MB',
    goal: `< ${mostMegabytes}`,
    ok: megabytes < mostMegabytes,
  });
  figure({ bench: 'replay', metric: `records a second, ${what}`, value: Math.round(records / seconds), unit: '1/s' });
};

const readAndReport = async (path: string): Promise<void> => {
  const { records, calls, seconds } = await timed(() => readOurs([path]));
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  process.stdout.write(`${JSON.stringify([records, calls, megabytes, seconds])}\n`);
};

const main = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'kms-guard-replay-'));
  const many = join(folder, 'many');
  const one = join(folder, 'one.json.gz');
  try {
    await generate(many, one);
    say(`one file of ${((await stat(one)).size / 1e6).toFixed(0)} MB, and ${total / perFile} with the same records`);
    await measureSpeed(many);
    await measureMemory(many, 'many files');
    await measureMemory(one, 'one file');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const [flag, path] = process.argv.slice(2);
await (flag === '--read' && path !== undefined ? readAndReport(path) : main());
