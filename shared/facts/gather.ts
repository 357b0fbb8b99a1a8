import { type EventHistory, type KeyReader, type Ledger, RetryableFault } from '../ports.ts';
import {
  type Fact,
  type FactName,
  type Facts,
  type KeyHistory,
  type KeyMetadata,
  known,
  type PolicyHistory,
  type Rotation,
  type StateChange,
  type UnknownReason,
  unknown,
} from './facts.ts';
import { rotationUnsupported } from './rotation-support.ts';

type Place = { readonly account: string; readonly region: string };
type Sources = {
  readonly reader: KeyReader;
  readonly history: EventHistory;
  readonly ledger: Pick<Ledger, 'key' | 'policies'>;
};

export type GatherInput = Place &
  Sources & {
    /** Null where the record does not tell which key it is about. */
    readonly keyArn: string | null;
    /** What the rules in play need; nothing else is asked for, except the metadata that rotation stands on. */
    readonly needs: ReadonlySet<FactName>;
    /** The CloudTrail event in hand; none in a sweep. */
    readonly eventID?: string;
    /** True where nobody may wait any longer: no answer is an unknown fact then, and not a fault. */
    readonly settleForUnknown?: boolean;
  };

/**
 * What can be known of a key now, everything independent at the same time.
 * @throws RetryableFault when KMS, CloudTrail or the ledger gives no answer even after the retries of the SDK,
 * unless `settleForUnknown`.
 */
export const gatherFacts = async (input: GatherInput): Promise<Facts> => {
  const { keyArn, account, region, needs, eventID, settleForUnknown = false, ...sources } = input;
  if (keyArn === null) {
    return noFacts({ keyArn: '', account, region }, 'failed', 'the record does not tell which key it is about');
  }
  const { reader } = sources;
  const answer = settleForUnknown ? orUnknown : plainly;
  const ask = <T>(name: FactName, read: () => Promise<Fact<T>>): Promise<Fact<T>> =>
    needs.has(name) ? answer(read) : Promise.resolve(unknown('not-fetched', `no rule in play needs the ${name}`));
  const describe = () => reader.describe(keyArn);
  const described = needs.has('rotation') ? answer(describe) : ask('metadata', describe);
  const [metadata, rotation, policy, aliases, tags, grants, lastUse, history, policyHistory] = await Promise.all([
    described,
    ask('rotation', async () => rotationOf(reader, keyArn, await described)),
    ask('policy', () => reader.policy(keyArn)),
    ask('aliases', () => reader.aliases(keyArn)),
    ask('tags', () => reader.tags(keyArn)),
    ask('grants', () => reader.grants(keyArn)),
    ask('lastUse', () => reader.lastUse(keyArn)),
    ask('history', async () => historyOf(sources, keyArn, await described)),
    ask('policyHistory', async () => policyHistoryOf(sources, keyArn, eventID)),
  ]);
  const about = { keyArn, account, region };
  return { ...about, metadata, rotation, policy, aliases, tags, grants, lastUse, history, policyHistory };
};

const plainly = <T>(read: () => Promise<T>): Promise<T> => read();

/** What gives no answer even after the retries of the SDK, as an unknown fact. */
export const orUnknown = async <T>(read: () => Promise<Fact<T>>): Promise<Fact<T>> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RetryableFault) return unknown('failed', error.message);
    throw error;
  }
};

/** For `replay`: no AWS account is at hand, and every fact that only AWS knows is unknown. */
export const offlineFacts = ({ keyArn, account, region }: Place & { readonly keyArn: string | null }): Facts =>
  noFacts({ keyArn: keyArn ?? '', account, region }, 'offline', 'no AWS account is at hand');

const noFacts = (about: Place & { readonly keyArn: string }, reason: UnknownReason, detail: string): Facts => {
  const fact = unknown(reason, detail);
  return {
    ...about,
    metadata: fact,
    rotation: fact,
    policy: fact,
    aliases: fact,
    tags: fact,
    grants: fact,
    lastUse: fact,
    history: fact,
    policyHistory: fact,
  };
};

/** Replicas mirror the rotation of their primary, in its own Region: the primary is asked. */
const rotationOf = async (reader: KeyReader, keyArn: string, metadata: Fact<KeyMetadata>): Promise<Fact<Rotation>> => {
  if (!metadata.known) return unknown(metadata.reason, `the key could not be described: ${metadata.detail}`);
  const why = rotationUnsupported(metadata.value);
  if (why !== null) return unknown('unsupported', why);
  const { multiRegion, keyState } = metadata.value;
  if (multiRegion?.type !== 'REPLICA') {
    const rotation = await reader.rotation(keyArn);
    return rotation.known ? known({ ...rotation.value, of: keyArn, keyState }) : rotation;
  }
  const of = multiRegion.primaryArn;
  const [primary, rotation] = await Promise.all([reader.describe(of), reader.rotation(of)]);
  // A primary that cannot be seen leaves the replica's rotation unknown; it does not make the replica `gone`.
  if (!primary.known)
    return unknown('failed', `its primary ${of} could not be described (${primary.reason}): ${primary.detail}`);
  if (!rotation.known)
    return unknown('failed', `the rotation of its primary ${of} is unknown (${rotation.reason}): ${rotation.detail}`);
  return known({ ...rotation.value, of, keyState: primary.value.keyState });
};

/**
 * The ledger remembers longer than CloudTrail's 90 days; CloudTrail still has what EventBridge lost or brought late. It takes
 * two look-ups a second, so it is not asked about a key that is Enabled: that key has no state to go back to.
 */
const historyOf = async (
  { ledger, history }: Sources,
  keyArn: string,
  metadata: Fact<KeyMetadata>,
): Promise<Fact<KeyHistory>> => {
  const record = await ledger.key(keyArn);
  const remembered = record?.stateChanges ?? [];
  const rotation = record?.rotation ?? null;
  if (metadata.known && metadata.value.keyState === 'Enabled') {
    return known({ stateChanges: remembered, rotation }, 'the key is Enabled: CloudTrail was not asked');
  }
  const recorded = await recordedChanges(history, keyArn, remembered.length > 0);
  if (recorded.known) return known({ stateChanges: merged(remembered, recorded.value), rotation }, recorded.detail);
  return remembered.length > 0 ? known({ stateChanges: remembered, rotation }, recorded.detail) : recorded;
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
const policyHistoryOf = async (
  { ledger }: Sources,
  keyArn: string,
  eventID: string | undefined,
): Promise<Fact<PolicyHistory>> => {
  const versions = await ledger.policies(keyArn);
  return known({ versions: versions.filter(({ source }) => source !== eventID) });
};
