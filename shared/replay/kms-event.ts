import { type Fields, fields, isFields } from '../calls/fields.ts';
import { kmsEventSource } from '../calls/parse.ts';

/** Also true for an item whose record does not parse: then it is for the parser to say so. */
const tellsOfKms = (item: Fields, cloudTrailEvent: string): boolean => {
  if (item['EventSource'] === kmsEventSource) return true;
  try {
    return fields(JSON.parse(cloudTrailEvent))['eventSource'] === kmsEventSource;
  } catch {
    return true;
  }
};

/** Whether a parsed record, EventBridge event or `LookupEvents` item is of KMS. */
export const isKmsEvent = (value: unknown): boolean => {
  if (!isFields(value)) return false;
  const { eventSource, source, CloudTrailEvent } = value;
  if (eventSource === kmsEventSource) return true;
  if ('detail-type' in value) return source === 'aws.kms' || fields(value['detail'])['eventSource'] === kmsEventSource;
  return typeof CloudTrailEvent === 'string' && tellsOfKms(value, CloudTrailEvent);
};
