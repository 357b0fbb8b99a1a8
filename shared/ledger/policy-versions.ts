import type { PolicyVersion } from '../facts/facts.ts';
import { policyHash } from '../policy-text.ts';

/** A policy version as the ledger lists it: its text, up to 32 KB, is an item of its own. */
export type ListedVersion = Omit<PolicyVersion, 'policy'> & {
  /** `policyHash` of the text. */
  readonly hash: string;
};

/** Of each kind so many are kept: good ones to go back to, the others to compare with. */
const kept = 5;

export type LearnedVersions = {
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
  /** Null where the policy was known already. */
  readonly added: ListedVersion | null;
  readonly dropped: readonly ListedVersion[];
};

/**
 * The list with one more version. One whose text equals the newest, or whatever stood at that time, adds nothing, and no
 * event adds the same text twice; it may still turn `good`. The last good version is never dropped: bad ones count apart.
 */
export const withVersion = (versions: readonly ListedVersion[], version: PolicyVersion): LearnedVersions => {
  const { at, source, good } = version;
  const listed: ListedVersion = { hash: policyHash(version.policy), at, source, good };
  const later = versions.filter((known) => Date.parse(known.at) > Date.parse(at)).length;
  const same =
    versions.find((known) => known.hash === listed.hash && known.source === source) ??
    [versions[later], versions[later - 1]].find((known) => known?.hash === listed.hash);
  if (same !== undefined) {
    const marked = versions.map((known) => (known === same && good ? { ...known, good } : known));
    return { ...pruned(marked), added: null };
  }
  return { ...pruned([...versions.slice(0, later), listed, ...versions.slice(later)]), added: listed };
};

const pruned = (versions: readonly ListedVersion[]): Omit<LearnedVersions, 'added'> => {
  const left = (good: boolean) => versions.filter((version) => version.good === good).slice(0, kept);
  const keep = new Set([...left(true), ...left(false)]);
  return {
    versions: versions.filter((version) => keep.has(version)),
    dropped: versions.filter((version) => !keep.has(version)),
  };
};
