import type { ObjectStore } from '../shared/replay/object-store.ts';

/** S3 with the credentials at hand. The SDK is loaded only when a path is on S3: it costs more than the rest of the start. */
const load = async (): Promise<ObjectStore> => {
  const [{ S3Client }, { s3ObjectStore }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('../shared/adapters/s3.ts'),
  ]);
  return s3ObjectStore(new S3Client({}));
};

export const s3Store = (): ObjectStore => {
  const store = load();
  return {
    async *list(place) {
      yield* (await store).list(place);
    },
    async *read(object) {
      yield* (await store).read(object);
    },
  };
};
