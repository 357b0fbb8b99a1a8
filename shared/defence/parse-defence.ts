import { readActor } from '../calls/actor.ts';
import type { Actor, Unreadable } from '../calls/call.ts';
import { believed } from '../calls/envelope-agrees.ts';
import { type Fields, fields, isFields, quoted, text, texts } from '../calls/fields.ts';
import { readEventID, type Required, readRequired } from '../calls/required.ts';
import { type WatchedEvent, type WatchedService, watchedBy } from './watched.ts';

/** One call of the table in `watched.ts`, whoever's the resource is. */
export type DefenceCall = Required & {
  readonly service: WatchedService;
  readonly event: WatchedEvent;
  readonly actor: Actor;
  readonly sourceIPAddress: string | null;
  /** Null for a call that succeeded. */
  readonly errorCode: string | null;
  /** Names and ARNs of what it was about, as the record has them. */
  readonly resources: readonly string[];
  readonly request: Fields;
};

export type ParsedDefence =
  | { readonly unreadable: false; readonly call: DefenceCall }
  /** An event that the table does not hold. */
  | { readonly unreadable: false; readonly call: null }
  | Unreadable;

const unreadable = (reason: string, eventID: unknown): Unreadable => ({
  unreadable: true,
  reason,
  eventID: readEventID(eventID),
});

/** As many names and as much of each as an alert shows. */
const most = 20;
const longest = 512;

/** API parameters begin in lower case in CloudTrail, but not for every service; some name what they are about one level below. */
const namesIn = (part: Fields, namedBy: readonly string[]): readonly string[] => {
  const wanted = new Set(namedBy.map((name) => name.toLowerCase()));
  return [part, ...Object.values(part).filter(isFields)]
    .flatMap((level) => Object.entries(level))
    .filter(([field]) => wanted.has(field.toLowerCase()))
    .flatMap(([, value]) => (typeof value === 'string' ? [value] : texts(value)))
    .filter((name) => name !== '')
    .map((name) => name.slice(0, longest));
};

const requiredOf = ({ eventID, eventName, eventTime, awsRegion, recipientAccountId }: Fields) =>
  readRequired(
    { eventID, eventName, eventTime, region: awsRegion, account: recipientAccountId },
    {
      eventID: '$.detail.eventID',
      eventName: '$.detail.eventName',
      eventTime: '$.detail.eventTime',
      region: '$.detail.awsRegion',
      account: '$.detail.recipientAccountId',
    },
  );

/**
 * Reads one call that may disarm the guard from a CloudTrail record in its EventBridge event, as parsed JSON. Never throws on
 * JSON. An event is believed only about the account and Region that it comes from.
 */
export const parseDefence = (input: unknown): ParsedDefence => {
  if (!isFields(input)) return unreadable(`$: ${quoted(input)} is not an object`, null);
  const { detail } = input;
  if (!isFields(detail)) return unreadable(`$.detail: ${quoted(detail)} is not a CloudTrail record`, input['id']);
  const watched = watchedBy(detail['eventSource'], detail['eventName']);
  if (watched === null) return { unreadable: false, call: null };
  const required = requiredOf(detail);
  if ('wrong' in required) return unreadable(required.wrong, detail['eventID']);
  const request = fields(detail['requestParameters']);
  const { namedBy } = watched.service;
  const named = [...namesIn(request, namedBy), ...namesIn(fields(detail['responseElements']), namedBy)];
  const { errorCode } = detail;
  const call: DefenceCall = {
    ...required,
    ...watched,
    actor: readActor(detail['userIdentity']),
    sourceIPAddress: text(detail['sourceIPAddress']),
    // Whatever stands there, the call did not go through as it should.
    errorCode: errorCode === undefined || errorCode === null ? null : (text(errorCode) ?? 'unknown').slice(0, 200),
    resources: [...new Set(named)].slice(0, most),
    request,
  };
  return believed({ unreadable: false, call }, input);
};

/** The text of one queue message. Never throws. */
export const parseDefenceBody = (body: string): ParsedDefence => {
  try {
    return parseDefence(JSON.parse(body));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return unreadable(`the message is not JSON: ${problem.slice(0, 200)}`, null);
  }
};
