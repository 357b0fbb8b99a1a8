import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { parseBody } from '../calls/parse-body.ts';
import { type Fact, known, type StateChange, unknown } from '../facts/facts.ts';
import { observationOf } from '../ledger/observe.ts';
import { isOwnActor } from '../own-actor.ts';
import type { EventHistory } from '../ports.ts';
import { askAws } from './aws-faults.ts';
import { failedUses } from './failed-uses.ts';
import { regionOf } from './kms-reader.ts';
import { eventsRead, lookUpEvents } from './lookup-events.ts';

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
  failedUses: (keyArn, since) =>
    askAws('cloudtrail:LookupEvents', () => failedUses(clientFor(regionOf(keyArn)), keyArn, since)),
});

/** A cancelled deletion leaves a key Disabled: whoever cancelled it and went no further may have meant that. */
const switches = ['EnableKey', 'DisableKey', 'CancelKeyDeletion'] as const;

type Question = { readonly eventName: string; readonly keyArn: string; readonly ownRoles: readonly string[] };

const lookUp = async (client: CloudTrailClient, question: Question): Promise<Found> => {
  const { events, more } = await lookUpEvents(client, { by: 'EventName', value: question.eventName, since: null });
  const changes = events.flatMap(({ record }) => changeIn(record, question) ?? []);
  return { changes, completeSince: more ? Math.min(...events.map(({ time }) => time)) : 0 };
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
  const why = `CloudTrail holds more than ${eventsRead} such calls in this Region: not all were read`;
  return changes.length > 0 ? known(newestFirst(changes), why) : unknown('failed', why);
};

const newestFirst = (changes: readonly StateChange[]): readonly StateChange[] =>
  [...changes].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
