import { createServer, type Server } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../shared/adapters/s3.ts';

/** A loopback S3 of one bucket, two keys a page, that answers as the REST API does. */
const keys = ['logs/1.json', 'logs/2.json', 'logs/a b&c.json'];
const asked: string[] = [];

const page = (after: string | null): string => {
  const from = Number(after ?? 0);
  const contents = keys
    .slice(from, from + 2)
    .map((key) => `<Contents><Key>${key.replace('&', '&amp;')}</Key></Contents>`)
    .join('');
  const next = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult>${next}${contents}</ListBucketResult>`;
};

const server: Server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  asked.push(`${url.pathname}?${url.searchParams.get('prefix')}`);
  if (!url.pathname.startsWith('/trail')) {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  } else if (url.searchParams.has('list-type')) response.end(page(url.searchParams.get('continuation-token')));
  else response.end(`the bytes of ${decodeURIComponent(url.pathname)}`);
});

let client: S3Client;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  client = new S3Client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${address.port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
});
afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('the object store on S3', () => {
  it('lists every page', async () => {
    const store = s3ObjectStore(client);
    expect(await collect(store.list({ bucket: 'trail', prefix: 'logs/' }))).toEqual(keys);
    expect(asked).toEqual(['/trail/?logs/', '/trail/?logs/']);
  });

  it('reads an object as bytes', async () => {
    const parts = await collect(s3ObjectStore(client).read({ bucket: 'trail', key: 'logs/a b&c.json' }));
    expect(Buffer.concat(parts).toString()).toBe('the bytes of /trail/logs/a b&c.json');
  });

  it('throws what S3 answers', async () => {
    await expect(collect(s3ObjectStore(client).list({ bucket: 'other', prefix: '' }))).rejects.toThrow('Access Denied');
  });
});
