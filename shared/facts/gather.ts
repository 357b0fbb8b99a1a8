import type { ForwardingReader, KeyReader, TrailReader } from '../ports.ts';
import { isPending } from '../remedies/await-state.ts';
import {
  type Fact,
  type FactName,
  type Facts,
  type KeyMetadata,
  known,
  type Rotation,
  type UnknownReason,
  unknown,
} from './facts.ts';
import { type Ask, sweepFacts } from './gather-sweep.ts';
import { historyOf, type HistorySources, policyHistoryOf } from './history.ts';
import { orUnknown } from './or-unknown.ts';
import { rotationUnsupported } from './rotation-support.ts';

type Place = { readonly account: string; readonly region: string };
type Sources = HistorySources & { readonly reader: KeyReader };

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
  const ask: Ask = (name, read) =>
    needs.has(name) ? answer(read) : Promise.resolve(unknown('not-fetched', `no rule in play needs the ${name}`));
  const describe = () => reader.describe(keyArn);
  const described = onMetadata.some((name) => needs.has(name)) ? answer(describe) : ask('metadata', describe);
  const [metadata, rotation, policy, aliases, tags, grants, lastUse, history, policyHistory, more] = await Promise.all([
    described,
    ask('rotation', async () => rotationOf(reader, keyArn, await described)),
    ask('policy', () => reader.policy(keyArn)),
    ask('aliases', () => reader.aliases(keyArn)),
    ask('tags', () => reader.tags(keyArn)),
    ask('grants', () => reader.grants(keyArn)),
    ask('lastUse', () => reader.lastUse(keyArn)),
    ask('history', async () => historyOf(sources, keyArn, await described)),
    ask('policyHistory', async () => policyHistoryOf(sources, keyArn, eventID)),
    sweepFacts(ask, { ...sources, keyArn, described }),
  ]);
  const about = { keyArn, account, region, trails: aboutRegion, forwarding: aboutRegion };
  return { ...about, metadata, rotation, policy, aliases, tags, grants, lastUse, history, policyHistory, ...more };
};

/** These stand on the metadata: they are read for them even where no rule needs them. */
const onMetadata = ['rotation', 'lastRotation', 'family', 'failedUses'] as const satisfies readonly FactName[];

const aboutRegion = unknown('not-fetched', 'a fact about the Region, which is looked at by itself');

const plainly = <T>(read: () => Promise<T>): Promise<T> => read();

/** What facts about a Region are read from. `forwarding` is null where nothing has to be passed on. */
export type RegionSources = { readonly trails: TrailReader; readonly forwarding: ForwardingReader | null };

/** What can be known of an account in a Region, as far as rules need it. There is no key in these facts. */
export const regionFacts = async (
  { account, region }: Place,
  { trails, forwarding }: RegionSources,
  needs: ReadonlySet<FactName>,
): Promise<Facts> => {
  const none = noFacts(
    { keyArn: '', account, region },
    'not-fetched',
    'these are facts about a Region, not about a key',
  );
  const [asTrails, asForwarding] = await Promise.all([
    needs.has('trails') ? orUnknown(trails.trails) : none.trails,
    needs.has('forwarding') ? orUnknown(async () => forwarding?.forwarding() ?? known(null)) : none.forwarding,
  ]);
  return { ...none, trails: asTrails, forwarding: asForwarding };
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
    lastRotation: fact,
    family: fact,
    failedUses: fact,
    trails: fact,
    forwarding: fact,
  };
};

/** Replicas mirror the rotation of their primary, in its own Region: the primary is asked. */
const rotationOf = async (reader: KeyReader, keyArn: string, metadata: Fact<KeyMetadata>): Promise<Fact<Rotation>> => {
  if (!metadata.known) return unknown(metadata.reason, `the key could not be described: ${metadata.detail}`);
  const why = rotationUnsupported(metadata.value);
  if (why !== null) return unknown('unsupported', why);
  const { multiRegion, keyState } = metadata.value;
  // While a key is pending deletion KMS reads its rotation as off, whatever it was: an answer that no rule can use.
  if (isPending(keyState)) return unknown('unsupported', `KMS does not tell the rotation of a key that is ${keyState}`);
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
