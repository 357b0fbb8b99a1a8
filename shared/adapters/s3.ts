import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../replay/object-store.ts';

/** A body of the SDK on Node is a readable stream; the type covers browsers too. */
const isBytes = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** The object store on S3. The client decides on Region, credentials and endpoint, and closes with its owner. */
export const s3ObjectStore = (client: S3Client): ObjectStore => ({
  async *list({ bucket, prefix }) {
    let next: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(next !== undefined && { ContinuationToken: next }),
        }),
      );
      for (const { Key: key } of page.Contents ?? []) if (key !== undefined) yield key;
      next = page.NextContinuationToken;
    } while (next !== undefined);
  },
  async *read({ bucket, key }) {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!isBytes(body)) throw new TypeError(`s3://${bucket}/${key} has no readable body`);
    yield* body;
  },
});
