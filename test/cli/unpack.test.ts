import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpack } from '../../cli/unpack.ts';

const text = Array.from({ length: 20_000 }, (_, line) => `line ${line} ${(line * 7919) % 104_729}\n`).join('');

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What came out, and the error behind it. */
const unpacked = async (bytes: Uint8Array, size = 10_000): Promise<{ text: string; error: string | null }> => {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of unpack(pieces(bytes, size))) parts.push(part);
    return { text: Buffer.concat(parts).toString(), error: null };
  } catch (error) {
    return { text: Buffer.concat(parts).toString(), error: String(error) };
  }
};

describe('told by the first bytes', () => {
  it.each([
    ['plain text', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['Zstandard', zstdCompressSync(text)],
    [
      'Zstandard behind a skippable frame',
      Buffer.concat([Buffer.from('502a4d180300000061626300'.slice(0, 22), 'hex'), zstdCompressSync(text)]),
    ],
  ])('%s', async (_, bytes) => {
    expect(await unpacked(bytes)).toEqual({ text, error: null });
    expect(await unpacked(bytes, 1_000_000)).toEqual({ text, error: null });
  });

  it.each([
    ['gzip members', gzipSync],
    ['Zstandard frames', zstdCompressSync],
  ])('several %s in one file, cut anywhere', async (_, pack) => {
    const parts = ['one ', 'two ', '', 'three'].map((part) => pack(part));
    for (const size of [1, 3, 10, 1_000]) {
      expect(await unpacked(Buffer.concat(parts), size)).toEqual({ text: 'one two three', error: null });
    }
  });

  it.each(['', 'a', 'abc', '\u001f'])('a file that is only %j', async (short) => {
    expect(await unpacked(Buffer.from(short), 1)).toEqual({ text: short, error: null });
  });
});

describe('a broken archive gives what it holds, and then the error', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['Zstandard', zstdCompressSync(text)],
    ['small gzip', gzipSync(text.slice(0, 3_000))],
  ])('%s, cut', async (_, bytes) => {
    const { text: got, error } = await unpacked(bytes.subarray(0, bytes.length * 0.8));
    expect(error).toContain('unexpected end of file');
    expect(text.startsWith(got)).toBe(true);
    expect(got.length).toBeGreaterThan(1_000);
  });

  it('gzip with a wrong checksum, or with garbage behind it', async () => {
    const packed = gzipSync('{"Records":[]}');
    const wrong = Buffer.from(packed);
    wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 0xff;
    expect(await unpacked(wrong)).toMatchObject({ error: expect.stringContaining('data check') });
    expect(await unpacked(Buffer.concat([packed, Buffer.from('garbage')]))).toMatchObject({
      error: expect.any(String),
    });
  });

  it('a source that fails ends with its own error', async () => {
    async function* failing() {
      yield gzipSync(text).subarray(0, 5_000);
      throw new Error('denied');
    }
    await expect(async () => {
      for await (const part of unpack(failing())) expect(part.length).toBeGreaterThan(0);
    }).rejects.toThrow('denied');
  });

  it('closes its source when the reader leaves early', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield gzipSync(text);
      } finally {
        closed = true;
      }
    }
    for await (const part of unpack(endless())) if (part.length > 0) break;
    expect(closed).toBe(true);
  });
});
