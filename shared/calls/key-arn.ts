import { type Fields, fields, isFields, items, text } from './fields.ts';

/**
 * Which key a record is about. Order of trust: what KMS answered, what CloudTrail listed, what the caller typed.
 * Source: AWS KMS developer guide, "Logging AWS KMS API calls with AWS CloudTrail".
 */

const keyArnPattern = /^arn:(aws[a-z-]{0,12}):kms:([a-z0-9-]{5,32}):(\d{12}):key\/[A-Za-z0-9-]{1,128}$/;
/** What KMS accepted as a bare key id. */
const acceptedKeyId = /^[A-Za-z0-9-]{1,128}$/;
/** What KMS hands out: a failed call may name anything, so only these count there. */
const issuedKeyId = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const partitionOfPrefix: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
];

export const partitionOfRegion = (region: string): string =>
  partitionOfPrefix.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

const keyArn = (value: unknown): string | null =>
  typeof value === 'string' && keyArnPattern.test(value) ? value : null;

/** Partition and account of a key ARN; null for anything else. */
export const partsOfKeyArn = (arn: string | null): { readonly partition: string; readonly account: string } | null => {
  const [, partition, , account] = arn === null ? [] : (keyArnPattern.exec(arn) ?? []);
  return partition === undefined || account === undefined ? null : { partition, account };
};

/** The key ARN that AWS itself wrote into the record. An alias is listed with the type of a key, often first. */
export const recordedKeyArn = (record: Fields): string | null => {
  const response = fields(record['responseElements']);
  const answered = keyArn(response['keyId']);
  if (answered !== null) return answered;
  for (const resource of items(record['resources'])) {
    const arn = keyArn(isFields(resource) ? resource['ARN'] : resource);
    if (arn !== null) return arn;
  }
  return keyArn(fields(response['keyMetadata'])['arn']);
};

/** The key as the caller typed it, or as the service named it in an event of its own. */
export const namedKey = (record: Fields): string | null => {
  const request = fields(record['requestParameters']);
  return text(request['keyId']) ?? text(request['targetKeyId']) ?? text(fields(record['serviceEventDetails'])['keyId']);
};

/** A named key made whole with the place of the call; null for an alias or garbage. */
export const completedKeyArn = (
  named: unknown,
  place: { readonly region: string; readonly account: string; readonly failed: boolean },
): string | null => {
  if (typeof named !== 'string') return null;
  const pattern = place.failed ? issuedKeyId : acceptedKeyId;
  if (!pattern.test(named)) return keyArn(named);
  return `arn:${partitionOfRegion(place.region)}:kms:${place.region}:${place.account}:key/${named}`;
};
