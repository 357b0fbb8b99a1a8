import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { RetryableFault } from '../ports.ts';
import type { EvidenceStore } from '../reports/make/ports.ts';

/** S3 takes no part under 5 MB but the last one. */
const partBytes = 8 * 1024 * 1024;

type Place = { readonly client: S3Client; readonly bucket: string; readonly key: string; readonly mediaType: string };

/** The bucket of reports. Every write carries a checksum, which a bucket with Object Lock asks for. */
export const s3Evidence = (client: S3Client, bucket: string): EvidenceStore => ({
  put: async ({ key, mediaType }, texts) => {
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = function* () {
      for (const part of partsOf(texts)) {
        digest.update(part);
        bytes += part.length;
        yield part;
      }
    };
    await retryable(`s3:PutObject of ${key}`, () => write({ client, bucket, key, mediaType }, counted()));
    return { bytes, sha256: digest.digest('hex') };
  },
  get: (key) =>
    retryable(`s3:GetObject of ${key}`, async () => {
      try {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await body?.transformToString()) ?? null;
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    }),
  list: (prefix) =>
    retryable(`s3:ListBucket of ${prefix}`, async () => {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        keys.push(...(page.Contents ?? []).flatMap(({ Key: key }) => key ?? []));
      }
      return keys.sort();
    }),
  link: (key, seconds) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds }),
});

const retryable = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new RetryableFault(`${what} failed`, { cause: error });
  }
};

/** At least one, which may be empty. */
function* partsOf(texts: Iterable<string>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  let given = 0;
  for (const text of texts) {
    const chunk = Buffer.from(text);
    waiting.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
    given += 1;
  }
  if (size > 0 || given === 0) yield Buffer.concat(waiting);
}

const write = async (place: Place, parts: Generator<Buffer>): Promise<void> => {
  const { client, bucket: Bucket, key: Key, mediaType: ContentType } = place;
  const first = parts.next();
  const second = parts.next();
  if (first.done !== true && second.done === true) {
    await client.send(new PutObjectCommand({ Bucket, Key, ContentType, Body: first.value }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }));
  try {
    const done: CompletedPart[] = [];
    for (let next = first; next.done !== true; next = done.length === 1 ? second : parts.next()) {
      const PartNumber = done.length + 1;
      const part = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: next.value }));
      done.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
    }
    const MultipartUpload = { Parts: done };
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  } catch (error) {
    // What was sent would be paid for until the bucket's own rule removes it.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw error;
  }
};
