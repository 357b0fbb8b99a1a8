import type { Call } from '../calls/call.ts';
import type { StateChange } from '../facts/facts.ts';
import type { KeyRecord, Observation } from './entries.ts';

/** How many changes of state a key's record keeps. */
const keptChanges = 20;

/**
 * What a successful call teaches about a key. The guard's own cancelling teaches nothing: the state it leaves is not one that
 * anybody chose. A call made by others that cancels a deletion leaves the key Disabled, and that is theirs to choose.
 */
export const observationOf = (call: Call, own: boolean): Observation | null => {
  if (call.failure !== null || call.dryRun || call.keyArn === null) return null;
  const { keyArn, eventTime: at, eventID: source } = call;
  const state = (value: StateChange['state']): Observation => ({
    kind: 'state',
    keyArn,
    change: { state: value, at, actorArn: call.actor.arn, source },
  });
  switch (call.operation) {
    case 'EnableKey':
      return state('Enabled');
    case 'DisableKey':
      return state('Disabled');
    case 'CreateKey':
      // Keys that wait for their material are not Enabled yet.
      return call.origin === 'EXTERNAL' ? null : state('Enabled');
    case 'CancelKeyDeletion':
      return own ? null : state('Disabled');
    case 'EnableKeyRotation':
      return { kind: 'rotation', keyArn, enabled: true, periodInDays: call.rotationPeriodInDays, at, source };
    case 'DisableKeyRotation':
      return { kind: 'rotation', keyArn, enabled: false, periodInDays: null, at, source };
    case 'TagResource':
    case 'UntagResource':
    case 'CreateGrant':
    case 'RevokeGrant':
    case 'RetireGrant':
    case 'ReplicateKey':
      return { kind: 'touched', keyArn, at: hourOf(call.time) };
    default:
      return null;
  }
};

/** To the hour: services make thousands of grants on one key, and one write an hour is enough to know of them. */
const hourOf = (time: number): string => new Date(Math.floor(time / 3_600_000) * 3_600_000).toISOString();

/** A record with one more observation: newest first, each source once, an older rotation never over a newer one. */
export const learned = (record: KeyRecord | null, observation: Observation): KeyRecord => {
  const base: KeyRecord = record ?? { keyArn: observation.keyArn, stateChanges: [], rotation: null };
  if (observation.kind === 'state') {
    return { ...base, stateChanges: withChange(base.stateChanges, observation.change) };
  }
  if (observation.kind === 'last-use') {
    const { answer, askedAt } = observation;
    return isLater(base.lastUse?.askedAt, askedAt) ? base : { ...base, lastUse: { answer, askedAt } };
  }
  if (observation.kind === 'slow-facts') {
    const { askedAt, tags, quiet } = observation;
    return isLater(base.slow?.askedAt, askedAt) ? base : { ...base, slow: { askedAt, tags, quiet } };
  }
  if (observation.kind === 'touched') {
    return isLater(base.touchedAt, observation.at) ? base : { ...base, touchedAt: observation.at };
  }
  const older = base.rotation !== null && Date.parse(base.rotation.at) >= Date.parse(observation.at);
  if (older) {
    // Late news of an earlier period still fills in one that is unknown.
    if (base.rotation === null || base.rotation.periodInDays !== null) return base;
    return { ...base, rotation: { ...base.rotation, periodInDays: observation.periodInDays } };
  }
  const periodInDays = observation.periodInDays ?? base.rotation?.periodInDays ?? null;
  return { ...base, rotation: { enabled: observation.enabled, periodInDays, at: observation.at } };
};

const isLater = (known: string | undefined, at: string): boolean =>
  known !== undefined && Date.parse(known) > Date.parse(at);

/** A look at the key that shows what was known already adds nothing: only changes are kept. */
const withChange = (changes: readonly StateChange[], change: StateChange): readonly StateChange[] => {
  if (changes.some((known) => known.source === change.source && known.at === change.at)) return changes;
  const latest = changes[0];
  if (change.source === 'describe' && latest?.state === change.state) return changes;
  return bounded([...changes, change].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)));
};

/**
 * Calls succeed on a key that is in that state already: the first change of a row tells since when, the newest who was last.
 * Of those between the oldest goes first, or else the oldest of all.
 */
const bounded = (changes: readonly StateChange[]): readonly StateChange[] => {
  if (changes.length <= keptChanges) return changes;
  const between = changes.findLastIndex(({ state }, at) => at > 0 && changes[at + 1]?.state === state);
  // -1 is the oldest of all.
  return changes.toSpliced(between, 1);
};
