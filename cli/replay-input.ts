import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../shared/replay/object-store.ts';
import type { ReplaySource } from '../shared/replay/read-records.ts';
import { unpack } from './unpack.ts';
import { unpackWhole } from './unpack-whole.ts';

/** What `replay` reads from besides files. `store` is asked for only when a path is on S3. */
export type ReplayInputs = {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly store: () => ObjectStore;
};

const readSize = 256 * 1024;

/** Digests are CloudTrail's proof of integrity: they lie beside the logs and hold no records. */
const isLog = (name: string): boolean => !name.startsWith('.') && name !== 'CloudTrail-Digest';

async function* readFrom(file: string): AsyncGenerator<Uint8Array> {
  const found = await stat(file);
  // What a pipe gave once it never gives again.
  const whole = found.isFile() ? await unpackWhole(file, found.size) : null;
  if (whole === null) yield* unpack(createReadStream(file, { highWaterMark: readSize }));
  else yield whole;
}

const fromFile = (file: string): ReplaySource => ({ file, open: () => readFrom(file) });

/** Files below a folder, sorted by name, so that two runs over one folder print the same. */
async function* walk(folder: string): AsyncGenerator<ReplaySource> {
  const entries = await readdir(folder, { withFileTypes: true });
  const logs = entries.filter(({ name }) => isLog(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of logs) {
    const path = join(folder, entry.name);
    // A link is followed only to a file: a folder that links to itself would never end.
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() || (await isFile(path))) yield fromFile(path);
  }
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const s3Url = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

async function* fromS3(path: string, store: ObjectStore): AsyncGenerator<ReplaySource> {
  const [, bucket = '', prefix = ''] = s3Url.exec(path) ?? [];
  for await (const key of store.list({ bucket, prefix })) {
    if (key.endsWith('/') || !key.split('/').every(isLog)) continue;
    yield { file: `s3://${bucket}/${key}`, open: () => unpack(store.read({ bucket, key })) };
  }
}

/** A folder or bucket that cannot be listed is a source that fails when it is opened: reported, and the rest goes on. */
async function* untilUnlisted(path: string, sources: AsyncIterable<ReplaySource>): AsyncGenerator<ReplaySource> {
  try {
    yield* sources;
  } catch (error) {
    yield {
      file: path,
      open: () => {
        throw error;
      },
    };
  }
}

const fromPath = (path: string, inputs: ReplayInputs): AsyncIterable<ReplaySource> | readonly ReplaySource[] => {
  if (path === '-') return [{ file: '-', open: () => unpack(inputs.stdin) }];
  if (path.startsWith('s3://')) return untilUnlisted(path, fromS3(path, inputs.store()));
  return untilUnlisted(path, fromDisk(path));
};

async function* fromDisk(path: string): AsyncGenerator<ReplaySource> {
  if ((await stat(path)).isDirectory()) yield* walk(path);
  else yield fromFile(path);
}

/** The files behind the PATHs of the command line, in order: what `readRecords` reads. */
export async function* findSources(paths: readonly string[], inputs: ReplayInputs): AsyncGenerator<ReplaySource> {
  for (const path of paths) yield* fromPath(path, inputs);
}

/** What is wrong with a PATH as typed, as one line for exit status 2; null when reading can begin. */
export const checkPath = async (path: string): Promise<string | null> => {
  if (path === '-') return null;
  if (path === '') return 'a PATH is empty: name a file, a folder, "-" or s3://bucket/prefix';
  if (path.startsWith('s3://')) return s3Url.test(path) ? null : `${path}: not of the form s3://bucket/prefix`;
  return stat(path).then(
    () => null,
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      return `${path}: cannot be read (${why}); name a file, a folder, "-" or s3://bucket/prefix`;
    },
  );
};
