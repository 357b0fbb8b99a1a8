import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Results } from '../../shared/adapters/sweep-results.ts';
import { RetryableFault } from '../../shared/ports.ts';

/** A bucket over HTTP that sends its objects in pieces, wherever they are cut. */
const bucketOf = async (objects: Readonly<Record<string, readonly Uint8Array[]>>) => {
  const puts = new Map<string, string>();
  const server = createServer((incoming, outgoing) => {
    const key = new URL(incoming.url ?? '/', 'http://localhost').pathname.replace(/^\/results\//, '');
    if (incoming.method === 'PUT') {
      const chunks: Uint8Array[] = [];
      incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      incoming.on('end', () => {
        puts.set(key, Buffer.concat(chunks).toString());
        outgoing.writeHead(200).end();
      });
      return;
    }
    const pieces = objects[key];
    if (pieces === undefined || key === 'denied') {
      const [status, code] = key === 'denied' ? [403, 'AccessDenied'] : [404, 'NoSuchKey'];
      outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
      return;
    }
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (key === 'cut.jsonl') {
      outgoing.write(Buffer.concat(pieces), () => incoming.socket.destroy());
      return;
    }
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    forcePathStyle: true,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return {
    puts,
    store: s3Results(client, 'results'),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

const bytes = Buffer.from('{"alias":"alias/Schlüssel"}\n{"n":2}\n{"n":3}');
/** Cut within a character, within a line, and at a line's end. */
const cuts = [0, 22, 30, 36, bytes.length];
const pieces = cuts.slice(1).map((end, at) => bytes.subarray(cuts[at] ?? 0, end));

test('lines come whole, wherever the body is cut, the last one without its end, too', async () => {
  await using bucket = await bucketOf({ 'a.jsonl': pieces });
  const lines: string[] = [];
  for await (const line of bucket.store.lines('a.jsonl')) lines.push(line);
  expect(lines).toEqual(['{"alias":"alias/Schlüssel"}', '{"n":2}', '{"n":3}']);
  expect(await bucket.store.get('a.jsonl')).toBe(bytes.toString());
});

test('an object that is not there is null; one that cannot be read is a fault, and so is a missing part', async () => {
  await using bucket = await bucketOf({});
  expect(await bucket.store.get('missing')).toBeNull();
  await expect(bucket.store.get('denied')).rejects.toThrow(RetryableFault);
  await expect(bucket.store.lines('missing')[Symbol.asyncIterator]().next()).rejects.toThrow('missing is not there');
});

test('a body that breaks off is a fault, and no shorter list', async () => {
  await using bucket = await bucketOf({ 'cut.jsonl': pieces });
  const read = async () => {
    for await (const line of bucket.store.lines('cut.jsonl')) expect(line).not.toBe('{"n":3}');
  };
  const fault = await read().then(
    () => null,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(RetryableFault);
  expect(String(fault)).toContain('cut.jsonl broke off');
});

test('what is put is there', async () => {
  await using bucket = await bucketOf({});
  await bucket.store.put('sweeps/a.json', '{"a":"ü"}');
  expect(bucket.puts.get('sweeps/a.json')).toBe('{"a":"ü"}');
});
