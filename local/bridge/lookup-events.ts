import { isJsonObject, textOf } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { Delivery } from './kms-exchange.ts';

const PAGE = 50;

/** CloudTrail's LookupEvents over the records written here: newest first, one account and Region, one attribute. */
export function lookupEvents(
  records: readonly Delivery[],
  place: { readonly account: string; readonly region: string },
  request: JsonObject,
): JsonObject {
  const wanted = wantedAttribute(request);
  const found = records
    .filter(({ account, region }) => account === place.account && region === place.region)
    .map(({ record }) => event(record))
    .filter((candidate) => within(candidate, request) && (wanted === undefined || has(candidate, wanted)))
    .toReversed();
  const start = Number(textOf(request, 'NextToken') ?? 0);
  const size = Math.min(numberOf(request['MaxResults']) ?? PAGE, PAGE);
  const more = start + size < found.length ? { NextToken: String(start + size) } : {};
  return { Events: found.slice(start, start + size), ...more };
}

interface Attribute {
  readonly key: string;
  readonly value: string;
}

function event(record: JsonObject): JsonObject {
  const identity = isJsonObject(record['userIdentity']) ? record['userIdentity'] : {};
  const resources = Array.isArray(record['resources']) ? record['resources'].filter(isJsonObject) : [];
  return {
    EventId: record['eventID'],
    EventName: record['eventName'],
    ReadOnly: String(record['readOnly']),
    AccessKeyId: identity['accessKeyId'],
    EventTime: Date.parse(textOf(record, 'eventTime') ?? '') / 1000,
    EventSource: record['eventSource'],
    Username: textOf(identity, 'userName') ?? textOf(identity, 'arn')?.split('/').at(-1),
    Resources: resources.map(({ type, ARN }) => ({ ResourceType: type, ResourceName: ARN })),
    CloudTrailEvent: JSON.stringify(record),
  };
}

function wantedAttribute(request: JsonObject): Attribute | undefined {
  const [first]: unknown[] = Array.isArray(request['LookupAttributes']) ? request['LookupAttributes'] : [];
  const key = isJsonObject(first) ? textOf(first, 'AttributeKey') : undefined;
  const value = isJsonObject(first) ? textOf(first, 'AttributeValue') : undefined;
  return key === undefined || value === undefined ? undefined : { key, value };
}

function has(candidate: JsonObject, { key, value }: Attribute): boolean {
  if (key !== 'ResourceName' && key !== 'ResourceType') return candidate[key] === value;
  const resources = Array.isArray(candidate['Resources']) ? candidate['Resources'].filter(isJsonObject) : [];
  return resources.some((resource) => resource[key] === value);
}

function within(candidate: JsonObject, request: JsonObject): boolean {
  const at = numberOf(candidate['EventTime']) ?? 0;
  return at >= (numberOf(request['StartTime']) ?? -Infinity) && at <= (numberOf(request['EndTime']) ?? Infinity);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
