import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkPath, findSources } from '../../cli/replay-input.ts';
import type { ObjectStore } from '../../shared/replay/object-store.ts';
import { readRecords } from '../../shared/replay/read-records.ts';
import { kms, outline, s3 } from '../replay/support.ts';

const log = (...ids: string[]): string => JSON.stringify({ Records: [s3('none'), ...ids.map((id) => kms(id))] });
const folder = mkdtempSync(join(tmpdir(), 'kms-guard-test-'));
const day = join(folder, 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20');
const digest = join(folder, 'AWSLogs/111122223333/CloudTrail-Digest');

beforeAll(() => {
  mkdirSync(day, { recursive: true });
  mkdirSync(digest, { recursive: true });
  writeFileSync(join(day, 'b.json.gz'), gzipSync(log('b1', 'b2')));
  writeFileSync(join(day, 'a.json.gz'), gzipSync(log('a')));
  writeFileSync(join(folder, 'plain.jsonl'), JSON.stringify(kms('p')));
  writeFileSync(join(folder, '.hidden'), 'not a log');
  writeFileSync(join(digest, 'digest.json.gz'), gzipSync('not a log'));
  symlinkSync(folder, join(folder, 'loop'));
  symlinkSync(join(folder, 'plain.jsonl'), join(folder, 'z-link.jsonl'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const objects: Record<string, string> = {
  'AWSLogs/1/CloudTrail/x.json': log('x'),
  'AWSLogs/1/CloudTrail-Digest/d.json': 'not a log',
  'AWSLogs/1/': '',
};
const store: ObjectStore = {
  list: async function* ({ bucket, prefix }) {
    if (bucket !== 'trail') throw new Error('NoSuchBucket');
    yield* Object.keys(objects).filter((key) => key.startsWith(prefix));
  },
  read: async function* ({ key }) {
    yield gzipSync(objects[key] ?? '');
  },
};

async function* stdin() {
  yield Buffer.from(log('in'));
}

const read = async (...paths: string[]) => {
  const items = [];
  for await (const item of readRecords(findSources(paths, { stdin: stdin(), store: () => store }))) items.push(item);
  return { seen: outline(items), files: items.map(({ file }) => file) };
};

describe('every PATH', () => {
  it('a folder: all its logs in order of name, links to files too, no digests', async () => {
    const { seen, files } = await read(folder);
    expect(seen).toEqual(['2 a', '2 b1', '3 b2', '1 p', '1 p']);
    expect(files[0]).toBe(join(day, 'a.json.gz'));
  });

  it('several: a file, stdin and a bucket', async () => {
    const { seen, files } = await read(join(folder, 'plain.jsonl'), '-', 's3://trail/AWSLogs/');
    expect(seen).toEqual(['1 p', '2 in', '2 x']);
    expect(files.slice(1)).toEqual(['-', 's3://trail/AWSLogs/1/CloudTrail/x.json']);
  });

  it('a pipe with a name, as of <(cat x): read once, and whole', async () => {
    const pipe = join(mkdtempSync(join(tmpdir(), 'kms-guard-pipe-')), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('dd', [`if=${join(folder, 'plain.jsonl')}`, `of=${pipe}`], { stdio: 'ignore' });
    expect((await read(pipe)).seen).toEqual(['1 p']);
    writer.kill();
    rmSync(pipe);
  });

  it('what cannot be listed or opened is one unreadable item, and the rest goes on', async () => {
    const { seen, files } = await read('s3://other', join(folder, 'gone'), '-');
    expect(seen).toEqual(['1 NoSuchBucket', expect.stringMatching(/^1 ENOENT/), '2 in']);
    expect(files).toEqual(['s3://other', join(folder, 'gone'), '-']);
  });
});

describe('checkPath', () => {
  it.each(['-', 's3://trail', 's3://trail/AWSLogs/1', folder])('%s is fine', async (path) => {
    expect(await checkPath(path)).toBeNull();
  });
  it.each(['s3://', 's3://x', 's3://UPPER/x', join(folder, 'gone')])('%s is not', async (path) => {
    expect(await checkPath(path)).toContain(path);
  });
});
