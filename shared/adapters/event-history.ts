import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { parseBody } from '../calls/parse-body.ts';
import { type Fact, known, type StateChange, unknown } from '../facts/facts.ts';
import { observationOf } from '../ledger/observe.ts';
import { isOwnActor } from '../own-actor.ts';
import type { EventHistory } from '../ports.ts';
import { askAws } from './aws-faults.ts';
import { regionOf } from './kms-reader.ts';

/** CloudTrail allows two look-ups a second: so many pages of 50 events for each kind of call. */
export const pagesRead = 3;
const eventsPerPage = 50;

/** `completeSince`: what happened before (in milliseconds) was not read. */
type Found = { readonly changes: readonly StateChange[]; readonly completeSince: number };

/**
 * CloudTrail's event history, which needs no trail: 90 days, one account, one Region, one attribute a look-up, newest first.
 * It asks by the name of the call: asked by key, the cryptographic calls of a busy key would fill every page.
 */
export const eventHistory = (
  clientFor: (region: string) => CloudTrailClient,
  ownRoles: readonly string[],
): EventHistory => ({
  stateChanges: (keyArn) =>
    askAws('cloudtrail:LookupEvents', async () => {
      const client = clientFor(regionOf(keyArn));
      let switched: Found = { changes: [], completeSince: 0 };
      for (const eventName of switches) {
        switched = both(switched, await lookUp(client, { eventName, keyArn, ownRoles }));
      }
      if (switched.changes.length > 0 || switched.completeSince > 0) return told(switched);
      return told(await lookUp(client, { eventName: 'CreateKey', keyArn, ownRoles }));
    }),
});

/** A cancelled deletion leaves a key Disabled: whoever cancelled it and went no further may have meant that. */
const switches = ['EnableKey', 'DisableKey', 'CancelKeyDeletion'] as const;

type Question = { readonly eventName: string; readonly keyArn: string; readonly ownRoles: readonly string[] };

const lookUp = async (client: CloudTrailClient, question: Question): Promise<Found> => {
  const changes: StateChange[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  let NextToken: string | undefined;
  for (let page = 0; page < pagesRead; page += 1) {
    const answer = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: question.eventName }],
        MaxResults: eventsPerPage,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { CloudTrailEvent, EventTime } of answer.Events ?? []) {
      oldest = Math.min(oldest, EventTime?.getTime() ?? oldest);
      const change = changeIn(CloudTrailEvent ?? '', question);
      if (change !== null) changes.push(change);
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) return { changes, completeSince: 0 };
  }
  return { changes, completeSince: oldest };
};

/** Complete only as far back as both: an older change may be hidden behind an unread one that is newer. */
const both = (one: Found, other: Found): Found => {
  const completeSince = Math.max(one.completeSince, other.completeSince);
  const changes = [...one.changes, ...other.changes].filter(({ at }) => Date.parse(at) >= completeSince);
  return { changes, completeSince };
};

const changeIn = (event: string, { eventName, keyArn, ownRoles }: Question): StateChange | null => {
  const parsed = parseBody(event);
  if (parsed.unreadable || parsed.call.eventName !== eventName) return null;
  const observation = observationOf(parsed.call, isOwnActor(parsed.call.actor, ownRoles));
  return observation?.kind === 'state' && observation.keyArn === keyArn ? observation.change : null;
};

const told = ({ changes, completeSince }: Found): Fact<readonly StateChange[]> => {
  if (completeSince === 0) return known(newestFirst(changes));
  const why = `CloudTrail holds more than ${pagesRead * eventsPerPage} such calls in this Region: not all were read`;
  return changes.length > 0 ? known(newestFirst(changes), why) : unknown('failed', why);
};

const newestFirst = (changes: readonly StateChange[]): readonly StateChange[] =>
  [...changes].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
