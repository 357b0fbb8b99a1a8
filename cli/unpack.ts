import zlib, { createGunzip } from 'node:zlib';
import { createSignal } from '../shared/replay/signal.ts';

type Unpacker = ReturnType<typeof createGunzip> | ReturnType<typeof zlib.createZstdDecompress>;

const chunkSize = 128 * 1024;
const nothing: Uint8Array = new Uint8Array(0);

/** RFC 1952 and RFC 8878; a `.zst` may also begin with a skippable frame. */
const unpackerFor = (head: Uint8Array): Unpacker | null => {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return createGunzip({ chunkSize });
  const frame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const skippable = a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
  return frame || skippable ? zstd() : null;
};

/** Imported by name it would keep the whole command line from starting on a Node that has none. */
const zstd = (): Unpacker => {
  if (!('createZstdDecompress' in zlib)) throw new Error('Zstandard needs Node 22.15 or newer');
  return zlib.createZstdDecompress({ chunkSize });
};

const isOver = ({ readableEnded, destroyed }: Unpacker): boolean => readableEnded || destroyed;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Hands one chunk over; false when the unpacker takes no more, be it broken or at the end of its frame. */
const handOver = async (unpacker: Unpacker, chunk: Uint8Array): Promise<boolean> => {
  if (isOver(unpacker)) return false;
  await new Promise<void>((resolve) => {
    unpacker.once('close', resolve);
    unpacker.write(chunk, () => {
      unpacker.off('close', resolve);
      resolve();
    });
  });
  return !unpacker.destroyed;
};

/** Feeds the unpacker; comes back with the bytes behind its frame, where another may begin. */
const feed = async (unpacker: Unpacker, packed: AsyncIterator<Uint8Array>): Promise<Uint8Array> => {
  try {
    let fed = 0;
    for (let next = await packed.next(); next.done !== true; next = await packed.next()) {
      if (!(await handOver(unpacker, next.value))) break;
      fed += next.value.length;
      const unused = fed - unpacker.bytesWritten;
      if (unused > 0) return next.value.subarray(next.value.length - unused);
    }
    unpacker.end();
  } catch (error) {
    unpacker.destroy(asError(error));
  }
  return nothing;
};

/** Like the unpacker's own iterator, but what was unpacked before an error still comes out. */
async function* drain(unpacker: Unpacker): AsyncGenerator<Uint8Array> {
  const signal = createSignal();
  for (const event of ['readable', 'end', 'close', 'error']) unpacker.on(event, signal.tell);
  for (;;) {
    const chunk: unknown = unpacker.read();
    if (chunk instanceof Uint8Array) yield chunk;
    else if (isOver(unpacker)) break;
    else await signal.change();
  }
  // Set before the event comes: an error must not pass for an end.
  if (unpacker.errored !== null) throw unpacker.errored;
}

/** Bytes already here, then an iterator's; the first chunk is long enough to tell a format by four bytes. */
async function* fromHead(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = first;
  let next = head.length < 4 ? await rest.next() : null;
  while (next !== null && next.done !== true) {
    head = Buffer.concat([head, next.value]);
    next = head.length < 4 ? await rest.next() : null;
  }
  if (head.length > 0) yield head;
  for (next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Unpacks one frame, or passes everything as it is; comes back with the bytes behind the frame. */
async function* unpackOne(packed: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, Uint8Array> {
  const { value: head = nothing }: IteratorResult<Uint8Array, undefined> = await packed.next();
  const unpacker = unpackerFor(head);
  if (unpacker === null) {
    yield head;
    for (let next = await packed.next(); next.done !== true; next = await packed.next()) yield next.value;
    return nothing;
  }
  const feeding = feed(unpacker, fromHead(head, packed));
  try {
    yield* drain(unpacker);
  } finally {
    unpacker.destroy();
  }
  return feeding;
}

/** Unpacks gzip or Zstandard, told by their first bytes and not by a name; anything else passes as it is. */
export async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  try {
    let rest = nothing;
    do rest = yield* unpackOne(fromHead(rest, chunks));
    while (rest.length > 0);
  } finally {
    await chunks.return?.();
  }
}
