import { readActor } from './actor.ts';
import { broughtBy } from './brought.ts';
import type { CallBase, ParsedCall, Unreadable } from './call.ts';
import { believed } from './envelope-agrees.ts';
import { type Fields, fields, flag, isFields, maybeFlag, quoted, text } from './fields.ts';
import { completedKeyArn, namedKey, partitionOfRegion, partsOfKeyArn, recordedKeyArn } from './key-arn.ts';
import { parseNativeEvent } from './native-event.ts';
import { isRequestOmitted, isWatchable, readOperation } from './operations.ts';
import { readEventID, readRequired } from './required.ts';

export { isWatchable, managementOperations } from './operations.ts';

export const kmsEventSource = 'kms.amazonaws.com';

/** Where a record was found: its path for reasons, and what only the envelope knows. */
type Origin = {
  readonly path: string;
  readonly account: unknown;
  readonly replayName: string | null;
  readonly broughtBy: string | null;
};

const firstHand = { replayName: null, broughtBy: null };

const unreadable = (reason: string, eventID: unknown): Unreadable => ({
  unreadable: true,
  reason,
  eventID: readEventID(eventID),
});

const failureOf = (record: Fields): CallBase['failure'] => {
  const errorCode = text(record['errorCode']);
  if (errorCode === null) return null;
  return {
    errorCode: errorCode.slice(0, 1024),
    errorMessage: text(record['errorMessage'])?.slice(0, 1024) ?? null,
  };
};

const addendumOf = (value: unknown): CallBase['addendum'] => {
  const { reason, originalEventID } = fields(value);
  return text(reason) === null ? null : { reason: String(reason), originalEventID: text(originalEventID) };
};

/** Records before version 1.02 lack `recipientAccountId`: then whatever else names the key's account. */
const accountOf = (record: Fields, recordedKey: string | null, origin: Origin): unknown =>
  record['recipientAccountId'] ??
  partsOfKeyArn(recordedKey)?.account ??
  origin.account ??
  fields(record['userIdentity'])['accountId'];

const requiredOf = (record: Fields, recordedKey: string | null, origin: Origin) => {
  const at = (name: string) => `${origin.path}.${name}`;
  return readRequired(
    {
      eventID: record['eventID'],
      eventName: record['eventName'],
      eventTime: record['eventTime'],
      region: record['awsRegion'],
      account: accountOf(record, recordedKey, origin),
    },
    {
      eventID: at('eventID'),
      eventName: at('eventName'),
      eventTime: at('eventTime'),
      region: at('awsRegion'),
      account: at('recipientAccountId'),
    },
  );
};

/** Whatever is not required reads as null when CloudTrail left it out. */
const contextOf = (record: Fields) => ({
  actor: readActor(record['userIdentity']),
  sourceIPAddress: text(record['sourceIPAddress']),
  userAgent: text(record['userAgent']),
  fromConsole: flag(record['sessionCredentialFromConsole']),
  readOnly: maybeFlag(record['readOnly']) ?? !isWatchable(String(record['eventName'])),
  requestOmitted: isRequestOmitted(String(record['eventName']), record['requestParameters']),
  requestID: text(record['requestID']),
  sharedEventID: text(record['sharedEventID']),
  addendum: addendumOf(record['addendum']),
});

const parseRecord = (record: Fields, origin: Origin): ParsedCall => {
  const { eventSource, eventID, errorCode } = record;
  if (eventSource !== kmsEventSource) {
    return unreadable(`${origin.path}.eventSource: ${quoted(eventSource)} is not ${kmsEventSource}`, eventID);
  }
  // Half an error code would decide between an attempt and a deed: not readable is the honest answer.
  if (errorCode !== undefined && errorCode !== null && typeof errorCode !== 'string') {
    return unreadable(`${origin.path}.errorCode: malformed, ${quoted(errorCode)}`, eventID);
  }
  const recordedKey = recordedKeyArn(record);
  const required = requiredOf(record, recordedKey, origin);
  if ('wrong' in required) return unreadable(required.wrong, eventID);
  const failure = failureOf(record);
  const place = { region: required.region, account: required.account, failed: failure !== null };
  const request = fields(record['requestParameters']);
  const response = fields(record['responseElements']);
  const keyId = namedKey(record);
  const keyArn =
    recordedKey ?? completedKeyArn(keyId, place) ?? completedKeyArn(response['keyId'], { ...place, failed: true });
  const parts = {
    request,
    response,
    additional: fields(record['additionalEventData']),
    service: fields(record['serviceEventDetails']),
  };
  const base: CallBase = {
    ...required,
    ...contextOf(record),
    partition: partsOfKeyArn(recordedKey)?.partition ?? partitionOfRegion(required.region),
    keyArn,
    keyId,
    failure,
    // A dry run always fails; what succeeded was done, whatever else its caller put into the request.
    dryRun: failure !== null && (flag(request['dryRun']) || failure.errorCode === 'DryRunOperationException'),
    replayName: origin.replayName,
    broughtBy: required.eventName === 'ScheduleKeyDeletion' ? origin.broughtBy : null,
  };
  return { unreadable: false, call: { ...base, ...readOperation(required.eventName, parts) } };
};

/** An EventBridge event: a CloudTrail record inside, or an event that KMS itself put on the bus. */
const parseEnvelope = (envelope: Fields): ParsedCall => {
  const { detail, account, id } = envelope;
  const detailType = envelope['detail-type'];
  const replayName = text(envelope['replay-name']);
  const isRecord = typeof detailType === 'string' && detailType.endsWith(' via CloudTrail');
  if (!isRecord) return parseNativeEvent(envelope, replayName);
  if (!isFields(detail)) return unreadable(`$.detail: ${quoted(detail)} is not a CloudTrail record`, id);
  const origin = { path: '$.detail', account, replayName, broughtBy: broughtBy(envelope) };
  return believed(parseRecord(detail, origin), envelope);
};

/** An item of `LookupEvents`: the record is a text of JSON inside. */
const parseLookupEvent = (item: Fields): ParsedCall => {
  const path = '$.CloudTrailEvent';
  let record: unknown;
  try {
    record = JSON.parse(String(item['CloudTrailEvent']));
  } catch {
    return unreadable(`${path}: not JSON`, item['EventId']);
  }
  if (!isFields(record)) return unreadable(`${path}: ${quoted(record)} is not a CloudTrail record`, item['EventId']);
  return parseRecord(record, { path, account: null, ...firstHand });
};

/**
 * Reads one call from a CloudTrail record, an EventBridge event or an item of `LookupEvents`, as parsed JSON.
 * Never throws on JSON, whatever it holds: what cannot be read is a value with a one-line reason and the path.
 */
export const parseCall = (input: unknown): ParsedCall => {
  if (!isFields(input)) return unreadable(`$: ${quoted(input)} is not an object`, null);
  if ('detail-type' in input) return parseEnvelope(input);
  if (typeof input['CloudTrailEvent'] === 'string') return parseLookupEvent(input);
  if ('eventSource' in input || 'eventName' in input) {
    return parseRecord(input, { path: '$', account: null, ...firstHand });
  }
  return unreadable('$: neither a CloudTrail record, an EventBridge event nor a LookupEvents item', input['eventID']);
};
