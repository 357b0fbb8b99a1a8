import { theServiceItself } from './actor.ts';
import type { CallBase, ParsedCall } from './call.ts';
import { type Fields, fields, items, quoted, text } from './fields.ts';
import { completedKeyArn, partitionOfRegion, partsOfKeyArn } from './key-arn.ts';
import { type NativeOperation, readOperation } from './operations.ts';
import { readEventID, readRequired } from './required.ts';

/** `detail-type` to the CloudTrail event that tells of the same thing. Source: AWS KMS developer guide, "kms-events". */
const operations = new Map<unknown, NativeOperation>([
  ['KMS CMK Rotation', 'RotateKey'],
  ['KMS CMK Deletion', 'DeleteKey'],
  ['KMS Imported Key Material Expiration', 'DeleteExpiredKeyMaterial'],
]);

const silent = {
  actor: theServiceItself,
  sourceIPAddress: null,
  userAgent: null,
  fromConsole: false,
  readOnly: false,
  failure: null,
  dryRun: false,
  requestOmitted: false,
  requestID: null,
  sharedEventID: null,
  addendum: null,
  broughtBy: null,
} satisfies Partial<CallBase>;

/**
 * An event of KMS itself. It has no CloudTrail record: the event's `id`, `time`, `account` and `region` stand in,
 * so the same rotation comes with another `eventID` through CloudTrail.
 */
export const parseNativeEvent = (event: Fields, replayName: string | null): ParsedCall => {
  const eventName = operations.get(event['detail-type']);
  const eventID = readEventID(event['id']);
  if (eventName === undefined || event['source'] !== 'aws.kms') {
    const what = `${quoted(event['detail-type'])} from ${quoted(event['source'])}`;
    return { unreadable: true, reason: `$.detail-type: ${what} tells of no KMS call`, eventID };
  }
  const detail = fields(event['detail']);
  const required = readRequired(
    { eventID: event['id'], eventName, eventTime: event['time'], account: event['account'], region: event['region'] },
    { eventID: '$.id', eventName: '$.detail-type', eventTime: '$.time', account: '$.account', region: '$.region' },
  );
  if ('wrong' in required) return { unreadable: true, reason: required.wrong, eventID };
  const place = { region: required.region, account: required.account, failed: false };
  const listed = items(event['resources']).map((resource) => completedKeyArn(resource, place));
  const keyArn = listed.find((arn) => arn !== null) ?? completedKeyArn(detail['key-id'], place);
  const parts = { request: {}, response: {}, additional: {}, service: { rotationType: detail['rotation-type'] } };
  const base: CallBase = {
    ...silent,
    ...required,
    partition: partsOfKeyArn(keyArn)?.partition ?? partitionOfRegion(required.region),
    keyArn,
    keyId: text(detail['key-id']),
    replayName,
  };
  return { unreadable: false, call: { ...base, ...readOperation(eventName, parts) } };
};
