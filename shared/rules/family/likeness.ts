import type { Replica } from '../../facts/facts.ts';
import { samePolicy } from '../../policy-text.ts';

export const regionOf = (keyArn: string): string => keyArn.split(':')[3] ?? '';

/** Do two members of a family have the same policy? What is not known of one differs from nothing. */
export const alikeInPolicy = (one: Replica, other: Replica): boolean =>
  !one.policy.known ||
  !other.policy.known ||
  samePolicy(one.policy.value, other.policy.value) ||
  samePolicy(inOwnRegion(one.policy.value, one), inOwnRegion(other.policy.value, other));

/** `kms:ViaService` and ARNs name a Region: each member that names its own says the same. Only a whole part counts. */
const inOwnRegion = (policy: string, { keyArn }: Replica): string => {
  const region = regionOf(keyArn);
  return policy.replaceAll(/(?<=[.:"])[a-z0-9-]+(?=[.:"])/g, (part) => (part === region ? 'OWN-REGION' : part));
};

/**
 * The tags that are not alike, by name. AWS itself sets those that begin with `aws:`, such as the name of the stack, which
 * differs from Region to Region.
 */
export const unlikeTags = (one: Replica, other: Replica): readonly string[] => {
  if (!one.tags.known || !other.tags.known) return [];
  const [mine, theirs] = [new Map(Object.entries(one.tags.value)), new Map(Object.entries(other.tags.value))];
  const names = [...new Set([...mine.keys(), ...theirs.keys()])].filter((name) => !name.startsWith('aws:'));
  return names.filter((name) => mine.get(name) !== theirs.get(name)).toSorted();
};
