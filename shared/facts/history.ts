import type { KeyRecord } from '../ledger/entries.ts';
import type { EventHistory, Ledger } from '../ports.ts';
import { type Fact, type KeyHistory, type KeyMetadata, known, type PolicyHistory, type StateChange } from './facts.ts';
import { orUnknown } from './or-unknown.ts';

export type HistorySources = {
  readonly history: EventHistory;
  readonly ledger: Pick<Ledger, 'key' | 'policies'>;
};

/**
 * The ledger remembers longer than CloudTrail's 90 days; CloudTrail still has what EventBridge lost or brought late. It takes
 * two look-ups a second, so it is not asked about a key that is Enabled: that key has no state to go back to.
 */
export const historyOf = async (
  { ledger, history }: HistorySources,
  keyArn: string,
  metadata: Fact<KeyMetadata>,
): Promise<Fact<KeyHistory>> => {
  const record = await ledger.key(keyArn);
  const remembered = record?.stateChanges ?? [];
  const rest = { rotation: record?.rotation ?? null, ...sweptTagsIn(record) };
  if (metadata.known && metadata.value.keyState === 'Enabled') {
    return known({ stateChanges: remembered, ...rest }, 'the key is Enabled: CloudTrail was not asked');
  }
  const recorded = await recordedChanges(history, keyArn, remembered.length > 0);
  if (recorded.known) return known({ stateChanges: merged(remembered, recorded.value), ...rest }, recorded.detail);
  return remembered.length > 0 ? known({ stateChanges: remembered, ...rest }, recorded.detail) : recorded;
};

/** What was taken off a key since is remembered here: nobody can write it over before a sweep has looked again. */
const sweptTagsIn = (record: KeyRecord | null): Pick<KeyHistory, 'sweptTags'> => {
  const { tags = null, askedAt: at = '' } = record?.slow ?? {};
  return tags === null ? {} : { sweptTags: { at, tags } };
};

/** A mass deletion can outrun CloudTrail's quota: a rescue for which the ledger knows enough does not wait for it. */
const recordedChanges = (
  history: EventHistory,
  keyArn: string,
  canDoWithout: boolean,
): Promise<Fact<readonly StateChange[]>> => {
  const look = () => history.stateChanges(keyArn);
  return canDoWithout ? orUnknown(look) : look();
};

/** What the ledger has learned of a key since its facts were gathered: a call that was handled meanwhile counts too. */
export const withLatest = async (history: Fact<KeyHistory>, ledger: Pick<Ledger, 'key'>, keyArn: string) => {
  const record = await ledger.key(keyArn);
  if (record === null) return history;
  const { stateChanges, rotation } = record;
  if (history.known) {
    return known({ ...history.value, stateChanges: merged(stateChanges, history.value.stateChanges) }, history.detail);
  }
  return stateChanges.length > 0 ? known({ stateChanges, rotation }, history.detail) : history;
};

/** Newest first, each event once: the ledger and CloudTrail name it by the same id. */
const merged = (remembered: readonly StateChange[], recorded: readonly StateChange[]): readonly StateChange[] => {
  const added = recorded.filter(({ source }) => remembered.every((change) => change.source !== source));
  return [...remembered, ...added].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
};

/** Only the ledger remembers policies. What a crashed attempt at the same event learned is no history yet. */
export const policyHistoryOf = async (
  { ledger }: HistorySources,
  keyArn: string,
  eventID: string | undefined,
): Promise<Fact<PolicyHistory>> => {
  const versions = await ledger.policies(keyArn);
  return known({ versions: versions.filter(({ source }) => source !== eventID) });
};
