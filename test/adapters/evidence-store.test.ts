import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { s3Evidence } from '../../shared/adapters/evidence-store.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { fakeHttp, type HttpReply, type HttpRequest } from '../support/fake-http.ts';

const xml = (body: string): HttpReply => ({ headers: { 'content-type': 'application/xml' }, body });

/** S3 with one upload at a time; `refuse` says what goes wrong. */
const fakeS3 = (refuse: (request: HttpRequest) => boolean = () => false) => {
  const parts: Buffer[] = [];
  return fakeHttp((request) => {
    const { method, path, query, body } = request;
    if (refuse(request)) return { status: 500, body: '<Error><Code>InternalError</Code></Error>' };
    if (query.has('uploads'))
      return xml('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>');
    if (query.has('partNumber')) {
      parts.push(body);
      return { headers: { etag: `"${parts.length}"` } };
    }
    if (method === 'POST')
      return xml(`<CompleteMultipartUploadResult><Key>${path}</Key></CompleteMultipartUploadResult>`);
    if (method === 'GET') return { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
    return method === 'DELETE' ? { status: 204 } : { headers: { etag: '"whole"' } };
  });
};

const storeAt = (endpoint: string) => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  return s3Evidence(client, 'reports');
};
const object = { key: 'reports/2026-11-22/weekly/report.json', mediaType: 'application/json' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('evidence in S3', () => {
  test('a small file is one object, with a checksum, as Object Lock asks', async () => {
    await using s3 = await fakeS3();
    const put = await storeAt(s3.endpoint).put(object, ['a', 'é', 'b']);
    expect(put).toEqual({ bytes: 4, sha256: sha256('aéb') });
    expect(s3.requests).toHaveLength(1);
    expect(s3.requests[0]).toMatchObject({ method: 'PUT', path: `/reports/${object.key}`, body: Buffer.from('aéb') });
    expect(Object.keys(s3.requests[0]?.headers ?? {}).join(' ')).toMatch(/x-amz-checksum-|x-amz-trailer/);
  });

  test('an empty file is an object, too', async () => {
    await using s3 = await fakeS3();
    expect(await storeAt(s3.endpoint).put(object, [])).toEqual({ bytes: 0, sha256: sha256('') });
  });

  test('a large file goes in parts of 8 MB, in their order, and is never held as a whole', async () => {
    await using s3 = await fakeS3();
    const texts = Array.from({ length: 20 }, (_, at) => String(at % 10).repeat(1_048_576));
    const put = await storeAt(s3.endpoint).put(object, texts);
    expect(put).toEqual({ bytes: 20 * 1_048_576, sha256: sha256(texts.join('')) });
    const parts = s3.requests.filter(({ query }) => query.has('partNumber'));
    expect(parts.map(({ query }) => query.get('partNumber'))).toEqual(['1', '2', '3']);
    expect(parts.map(({ body }) => body.length)).toEqual([8_388_608, 8_388_608, 4_194_304]);
    expect(String(s3.requests.at(-1)?.body)).toMatch(/<PartNumber>1<.*<PartNumber>2<.*<PartNumber>3</s);
  });

  test('an upload that breaks is taken back, and tried again by the report', async () => {
    await using s3 = await fakeS3(({ query }) => query.get('partNumber') === '2');
    const texts = Array.from({ length: 9 }, () => 'x'.repeat(2_097_152));
    await expect(storeAt(s3.endpoint).put(object, texts)).rejects.toThrow(RetryableFault);
    expect(s3.requests.at(-1)).toMatchObject({ method: 'DELETE' });
  });

  test('what is not there is null', async () => {
    await using s3 = await fakeS3();
    expect(await storeAt(s3.endpoint).get('points/daily/2026-11-22.json')).toBeNull();
  });
});
