import type { EventHistory, KeyReader } from '../ports.ts';
import { isPending } from '../remedies/await-state.ts';
import {
  type Fact,
  type FactName,
  type FailedUse,
  type KeyMetadata,
  known,
  type LastRotation,
  type Replica,
  type Unknown,
  unknown,
} from './facts.ts';
import { orUnknown } from './or-unknown.ts';
import { rotatesOnDemandOnly } from './rotation-support.ts';

/** What only a sweep asks for: facts that cost calls of their own, and only for the few keys of which they decide. */

/** Reads a fact if a rule in play needs it. */
export type Ask = <T>(name: FactName, read: () => Promise<Fact<T>>) => Promise<Fact<T>>;

type Sources = {
  readonly reader: KeyReader;
  readonly history: EventHistory;
  readonly keyArn: string;
  readonly described: Promise<Fact<KeyMetadata>>;
};

export const sweepFacts = async (ask: Ask, { reader, history, keyArn, described }: Sources) => {
  const [lastRotation, family, failedUses] = await Promise.all([
    ask('lastRotation', async () => lastRotationOf(reader, keyArn, await described)),
    ask('family', async () => familyOf(reader, await described)),
    ask('failedUses', async () => failedUsesOf(history, keyArn, await described)),
  ]);
  return { lastRotation, family, failedUses };
};

type ReplicaReader = Pick<KeyReader, 'describe' | 'policy' | 'tags'>;

/**
 * The replicas of a primary, each read in its own Region. A Region that cannot be read, or gives no answer, leaves its replica
 * unknown: it hides neither the primary nor another replica.
 */
const familyOf = async (reader: ReplicaReader, metadata: Fact<KeyMetadata>): Promise<Fact<readonly Replica[]>> => {
  if (!metadata.known) return undescribed(metadata);
  const { multiRegion } = metadata.value;
  if (multiRegion?.type !== 'PRIMARY') return known([]);
  return known(await Promise.all(multiRegion.replicaArns.map((keyArn) => replicaOf(reader, keyArn))));
};

const replicaOf = async (reader: ReplicaReader, keyArn: string): Promise<Replica> => {
  const [metadata, policy, tags] = await Promise.all([
    orUnknown(() => reader.describe(keyArn)),
    orUnknown(() => reader.policy(keyArn)),
    orUnknown(() => reader.tags(keyArn)),
  ]);
  return { keyArn, keyState: metadata.known ? known(metadata.value.keyState) : metadata, policy, tags };
};

/** Asked only of keys that nothing but a rotation on demand renews: what KMS rotates by itself has its own status. */
const lastRotationOf = async (
  reader: Pick<KeyReader, 'lastRotation'>,
  keyArn: string,
  metadata: Fact<KeyMetadata>,
): Promise<Fact<LastRotation>> => {
  if (!metadata.known) return undescribed(metadata);
  if (!rotatesOnDemandOnly(metadata.value)) {
    return unknown('unsupported', 'only imported symmetric material is rotated on demand and never by itself');
  }
  const { multiRegion } = metadata.value;
  const of = multiRegion?.type === 'REPLICA' ? multiRegion.primaryArn : keyArn;
  const rotation = await reader.lastRotation(of);
  if (rotation.known) return known({ ...rotation.value, of });
  // A primary that cannot be seen leaves the replica's rotation unknown; it does not make the replica `gone`.
  return of === keyArn ? rotation : unknown('failed', `of its primary ${of} (${rotation.reason}): ${rotation.detail}`);
};

/** The longest waiting period that KMS takes, in milliseconds: a deletion was not scheduled before. */
const longestWindow = 30 * 86_400_000;

/** Asked only of keys that are pending deletion; a primary that waits for its replicas has no date to count back from. */
const failedUsesOf = async (
  history: Pick<EventHistory, 'failedUses'>,
  keyArn: string,
  metadata: Fact<KeyMetadata>,
): Promise<Fact<readonly FailedUse[]>> => {
  if (!metadata.known) return undescribed(metadata);
  const { keyState, deletionDate } = metadata.value;
  if (!isPending(keyState)) return known([]);
  const end = deletionDate === null ? Number.NaN : Date.parse(deletionDate);
  const since = Number.isNaN(end) ? null : new Date(end - longestWindow).toISOString();
  // A busy CloudTrail hides nothing else of the key.
  return orUnknown(() => history.failedUses(keyArn, since));
};

const undescribed = ({ reason, detail }: Unknown): Unknown =>
  unknown(reason, `the key could not be described: ${detail}`);
