import { readFile } from 'node:fs/promises';
import { gunzip } from 'node:zlib';

/** CloudTrail's own files are far smaller; a larger one, packed or not, is read as a stream. */
const mostPacked = 2 * 1024 * 1024;
const mostUnpacked = 32 * 1024 * 1024;
const leastChunk = 64 * 1024;
const mostChunk = 4 * 1024 * 1024;

/**
 * A small gzip file at once: one job of the thread pool instead of one for each chunk. Null for everything out of the
 * ordinary (large, another format, broken, or with bytes behind its end): that is for the stream to tell.
 */
export const unpackWhole = async (file: string, size: number): Promise<Uint8Array | null> => {
  if (size > mostPacked) return null;
  const packed = await readFile(file);
  return packed[0] === 0x1f && packed[1] === 0x8b ? inOneJob(packed) : null;
};

/** A gzip file ends in its unpacked size: one chunk of it spares copying. What it claims is only a hint, and bounded. */
const chunkSizeFor = (packed: Buffer): number =>
  packed.length < 4
    ? leastChunk
    : Math.min(mostChunk, Math.max(leastChunk, packed.readUInt32LE(packed.length - 4) + 1));

const inOneJob = (packed: Buffer): Promise<Uint8Array | null> =>
  new Promise((resolve) => {
    const options = { info: true, maxOutputLength: mostUnpacked, chunkSize: chunkSizeFor(packed) };
    gunzip(packed, options, (error, unpacked) => {
      resolve(error === null && isWhole(unpacked, packed) ? unpacked.buffer : null);
    });
  });

type Unpacking = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

/** With `info` zlib gives the buffer together with how much of the input it took, which its types do not say. */
const isWhole = (unpacked: unknown, packed: Buffer): unpacked is Unpacking =>
  typeof unpacked === 'object' &&
  unpacked !== null &&
  'engine' in unpacked &&
  typeof unpacked.engine === 'object' &&
  unpacked.engine !== null &&
  'bytesWritten' in unpacked.engine &&
  unpacked.engine.bytesWritten === packed.length;
