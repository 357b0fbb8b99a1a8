/** S3 as `replay` needs it. Both throw what S3 answers: a missing bucket, denied access. */
export type ObjectStore = {
  /** Keys below a prefix, in the order of S3. */
  readonly list: (place: { readonly bucket: string; readonly prefix: string }) => AsyncIterable<string>;
  readonly read: (object: { readonly bucket: string; readonly key: string }) => AsyncIterable<Uint8Array>;
};
