import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { Call, CallOf, OperationName } from '../calls/call.ts';
import { parseBody } from '../calls/parse-body.ts';
import { known, unknown } from '../facts/facts.ts';
import type { SchedulingHistory } from '../sweep/ports.ts';
import { askAws } from './aws-faults.ts';
import { regionOf } from './kms-reader.ts';
import { eventsRead, type Looked, lookUpEvents } from './lookup-events.ts';

/**
 * Who scheduled the deletion of a key, from CloudTrail's event history. It is asked by the name of the call first: one answer
 * serves every key of a Region. Only after many such calls a key is asked for by its ARN.
 */
export const schedulingHistory = (clientFor: (region: string) => CloudTrailClient): SchedulingHistory => ({
  scheduling: (keyArn) =>
    askAws('cloudtrail:LookupEvents', async () => {
      const client = clientFor(regionOf(keyArn));
      const byName = await lookUpEvents(client, { by: 'EventName', value: 'ScheduleKeyDeletion', since: null });
      const named = newestIn(byName, keyArn, 'ScheduleKeyDeletion');
      const looked = named === null && byName.more ? await ofKey(client, keyArn) : byName;
      const found = named ?? newestIn(looked, keyArn, 'ScheduleKeyDeletion');
      if (found === null) {
        const read = looked.more ? `the newest ${eventsRead} calls` : 'its event history';
        return unknown('not-found', `CloudTrail shows no ScheduleKeyDeletion of this key in ${read}`);
      }
      const cancels = await lookUpEvents(client, { by: 'EventName', value: 'CancelKeyDeletion', since: null });
      const cancelled = newestIn(cancels, keyArn, 'CancelKeyDeletion');
      return cancelled !== null && cancelled.call.time > found.call.time
        ? unknown('not-found', 'CloudTrail shows that this deletion was cancelled, and not yet who scheduled another')
        : known(found);
    }),
});

const ofKey = (client: CloudTrailClient, keyArn: string): Promise<Looked> =>
  lookUpEvents(client, { by: 'ResourceName', value: keyArn, since: null });

type Found<Name extends OperationName> = { readonly record: string; readonly call: CallOf<Name> };

/** The newest call of this name that KMS carried out on this key. */
const newestIn = <Name extends OperationName>(looked: Looked, keyArn: string, name: Name): Found<Name> | null =>
  looked.events.reduce<Found<Name> | null>((newest, { record }) => {
    const parsed = parseBody(record);
    if (parsed.unreadable || parsed.call.keyArn !== keyArn || parsed.call.failure !== null) return newest;
    const { call } = parsed;
    return isNamed(call, name) && (newest === null || newest.call.time < call.time) ? { record, call } : newest;
  }, null);

const isNamed = <Name extends OperationName>(call: Call, name: Name): call is CallOf<Name> => call.operation === name;
