import * as z from 'zod/mini';
import type { Fields } from './fields.ts';

/** Beside EventBridge's own fields of an envelope, where nobody who puts events can write; the inbox takes no other messages. */
const mark = 'kms-guard-sweep';
/** Names of executions are no longer. */
const sweepSchema = z.string().check(z.minLength(1), z.maxLength(80));

/** The sweep that brought the call; null for an event. A mark that cannot be read is none: then the event counts once, as any. */
export const broughtBy = (envelope: Fields): string | null => {
  const parsed = sweepSchema.safeParse(envelope[mark]);
  return parsed.success ? parsed.data : null;
};

export type Bringing = {
  /** CloudTrail's own text of the record. */
  readonly record: string;
  readonly eventID: string;
  readonly eventTime: string;
  readonly account: string;
  readonly region: string;
  /** The id of the sweep. */
  readonly sweep: string;
};

/** The record in an envelope as EventBridge would have sent it, with the mark. */
export const broughtBody = ({ record, eventID, eventTime: time, account, region, sweep }: Bringing): string =>
  JSON.stringify({
    version: '0',
    id: eventID,
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.kms',
    account,
    time,
    region,
    resources: [],
    detail: JSON.parse(record),
    [mark]: sweep,
  });

/**
 * What is claimed, and given a slot of the breaker: an event once, and once more in each sweep that brings it. Everything that
 * compares deeds goes by the event's own id, see `deedOf`.
 */
export const workId = (eventID: string, sweep: string | null): string =>
  sweep === null ? eventID : `${eventID}@${sweep}`;
