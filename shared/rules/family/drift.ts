import type { Fact, KeyState, Replica } from '../../facts/facts.ts';
import type { Reason } from '../define-rule.ts';
import { listed } from '../policy/words.ts';
import { reasonsOf, unknownData } from '../reason.ts';
import { alikeInPolicy, regionOf, unlikeTags } from './likeness.ts';

export const driftTexts = {
  policyDiffers: 'The key policy of the replica in {region} is not that of the primary',
  tagsDiffer: 'The tags of the replica in {region} are not those of the primary: {tags}',
  stateDiffers: 'The replica in {region} is {state}, the primary is {primaryState}',
  unread: 'The {fact} of the key in {region} is unknown ({reason}): {detail}',
} as const;
const reason = reasonsOf(driftTexts);

export type Comparison = {
  readonly region: string;
  /** What differs: `policy`, `tags`, `state`. */
  readonly differs: readonly string[];
  readonly reasons: readonly Reason[];
  /** What could not be compared for want of this replica. */
  readonly unread: readonly Reason[];
};

/** How one replica differs from its primary, as far as both are known. */
export const compareReplica = (primary: Replica, replica: Replica): Comparison => {
  const region = regionOf(replica.keyArn);
  const tags = unlikeTags(primary, replica);
  const found = {
    policy: alikeInPolicy(primary, replica) ? null : reason('policyDiffers', { region }),
    tags: tags.length === 0 ? null : reason('tagsDiffer', { region, tags: listed(tags) }),
    state: stateReason(primary, replica, region),
  };
  const differing = Object.entries(found).filter(([, why]) => why !== null);
  return {
    region,
    differs: differing.map(([what]) => what),
    reasons: differing.flatMap(([, why]) => why ?? []),
    unread: unreadOf(replica),
  };
};

/** One reason for each fact of a member that could not be read. */
export const unreadOf = ({ keyArn, keyState, policy, tags }: Replica): readonly Reason[] => {
  const facts: Readonly<Record<string, Fact<unknown>>> = { 'key state': keyState, policy, tags };
  return Object.entries(facts).flatMap(([name, fact]) =>
    fact.known ? [] : [reason('unread', { ...unknownData(name, fact), region: regionOf(keyArn) })],
  );
};

const stateReason = (primary: Replica, replica: Replica, region: string): Reason | null => {
  const [state, primaryState] = [settled(replica.keyState), settled(primary.keyState)];
  if (state === null || primaryState === null || state === primaryState) return null;
  return reason('stateDiffers', { region, state, primaryState });
};

/** The states that somebody chose. Without its material, or on its way out, a key is for other rules to judge. */
const settled = (fact: Fact<KeyState>): 'Enabled' | 'Disabled' | null =>
  fact.known && (fact.value === 'Enabled' || fact.value === 'Disabled') ? fact.value : null;
