import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { RetryableFault } from '../ports.ts';
import type { ResultStore } from '../sweep/result-store.ts';

/** A sweep's results in a bucket of its own. */
export const s3Results = (client: S3Client, bucket: string): ResultStore => ({
  put: async (key, text) => {
    try {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType(key) }));
    } catch (error) {
      throw new RetryableFault(`s3:PutObject of ${key} failed`, { cause: error });
    }
  },
  get: async (key) => {
    const body = await open(client, bucket, key);
    return body === null ? null : body.transformToString();
  },
  async *lines(key) {
    const body = await open(client, bucket, key);
    if (body === null) throw new RetryableFault(`${key} is not there`);
    if (!isBytes(body)) throw new TypeError(`${key} has no readable body`);
    try {
      yield* linesIn(body);
    } catch (error) {
      throw new RetryableFault(`s3:GetObject of ${key} broke off`, { cause: error });
    }
  },
});

const contentType = (key: string): string => (key.endsWith('.jsonl') ? 'application/x-ndjson' : 'application/json');

/** A body of the SDK on Node is a readable stream; the type covers browsers too. */
const isBytes = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const open = async (client: S3Client, Bucket: string, Key: string) => {
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return body ?? null;
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw new RetryableFault(`s3:GetObject of ${Key} failed`, { cause: error });
  }
};

async function* linesIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  const last = `${rest}${decoder.decode()}`;
  if (last !== '') yield last;
}
