import { setImmediate as turn } from 'node:timers/promises';
import { quoted } from '../calls/fields.ts';
import { isKmsEvent } from './kms-event.ts';
import { readAhead } from './read-ahead.ts';
import { splitRecords } from './split-records.ts';
import type { Piece } from './splitting.ts';

/** One file to replay: its name for people, and its bytes, unpacked. Opening or reading may throw at any time. */
export type ReplaySource = { readonly file: string; readonly open: () => AsyncIterable<Uint8Array> };

/** A KMS record as parsed JSON, for `parseCall`; or a place where none could be read. Records count from 1 in a file. */
export type ReplayItem =
  | { readonly file: string; readonly record: number; readonly value: unknown }
  | { readonly file: string; readonly record: number; readonly unreadable: string };

/** Grows while records are read. */
export type ReplayCounters = {
  files: number;
  /** Unpacked bytes. */
  bytes: number;
  /** All records, KMS or not, readable or not. */
  records: number;
  kmsRecords: number;
  unreadable: number;
  /** Files that ended in an error, such as a broken archive or a denied read. */
  failedFiles: number;
};

export const startCounting = (): ReplayCounters => ({
  files: 0,
  bytes: 0,
  records: 0,
  kmsRecords: 0,
  unreadable: 0,
  failedFiles: 0,
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const oneLine = (message: string): string => message.slice(0, 200).replace(/[^\x20-\x7e]+/g, ' ');

const parsePiece = (file: string, piece: Piece): ReplayItem | null => {
  const { record } = piece;
  if ('unreadable' in piece) return { file, record, unreadable: piece.unreadable };
  try {
    const value: unknown = JSON.parse(piece.json);
    return isKmsEvent(value) ? { file, record, value } : null;
  } catch {
    return { file, record, unreadable: `not JSON: ${quoted(piece.json)}` };
  }
};

function* readPieces(file: string, pieces: readonly Piece[], counters: ReplayCounters): Generator<ReplayItem> {
  for (const piece of pieces) {
    const item = parsePiece(file, piece);
    if (item === null) continue;
    if ('unreadable' in item) counters.unreadable++;
    else counters.kmsRecords++;
    yield item;
  }
}

/** The next bytes of a source, null at its end, or why there are no more. */
const nextBytes = async (chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | { readonly cut: string } | null> => {
  try {
    const next = await chunks.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    return { cut: oneLine(messageOf(error)) };
  }
};

/** A large part is split piece by piece: what is being split should stay in the processor's cache. */
const sliceSize = 64 * 1024;

/** What the pieces and the end of one file give; `chunks` is closed by whoever opened it. */
async function* readChunks(
  file: string,
  chunks: AsyncIterator<Uint8Array>,
  counters: ReplayCounters,
): AsyncGenerator<ReplayItem> {
  const splitter = splitRecords();
  const before = counters.records;
  let part = await nextBytes(chunks);
  for (; part !== null && !('cut' in part); part = await nextBytes(chunks)) {
    for (let at = 0; at < part.length; at += sliceSize) {
      const slice = part.subarray(at, at + sliceSize);
      counters.bytes += slice.length;
      const pieces = splitter.push(slice);
      counters.records = before + splitter.records();
      if (pieces.length > 0) yield* readPieces(file, pieces, counters);
      // Unpacking goes on beside this only as far as the event loop gets its turn to hand over the next bytes.
      await turn();
    }
  }
  if (part !== null) counters.failedFiles++;
  const rest = splitter.end(part === null ? null : part.cut);
  counters.records = before + splitter.records();
  yield* readPieces(file, rest, counters);
}

async function* readFile(source: ReplaySource, counters: ReplayCounters): AsyncGenerator<ReplayItem> {
  const chunks = source.open()[Symbol.asyncIterator]();
  counters.files++;
  try {
    yield* readChunks(source.file, chunks, counters);
  } finally {
    await chunks.return?.();
  }
}

/**
 * Reads the KMS records out of files, in order, as a stream: memory does not grow with their size or number.
 * Bad input is an item with a reason, and reading goes on. Nothing but records of KMS is parsed.
 */
export async function* readRecords(
  sources: AsyncIterable<ReplaySource> | Iterable<ReplaySource>,
  counters: ReplayCounters = startCounting(),
): AsyncGenerator<ReplayItem> {
  for await (const source of readAhead(sources)) yield* readFile(source, counters);
}
