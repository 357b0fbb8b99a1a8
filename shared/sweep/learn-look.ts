import type { RuleVerdict } from '../decision.ts';
import type { Facts, LastUse } from '../facts/facts.ts';
import type { KeyRecord, Observation, SlowRecord } from '../ledger/entries.ts';
import { learned } from '../ledger/observe.ts';
import type { Ledger } from '../ports.ts';
import { samePolicy } from '../policy-text.ts';

export type Seen = {
  readonly facts: Facts;
  readonly record: KeyRecord | null;
  readonly verdicts: readonly RuleVerdict[];
  /** When the look began, in milliseconds since the epoch. */
  readonly now: number;
  /** What GetKeyLastUsage answered in this look; null where it was not asked. */
  readonly asked: LastUse | null;
  /** What is to be remembered of the slow facts; null where nothing is. */
  readonly slow: SlowRecord | null;
};

/** What a look teaches the ledger: what remedies bring back, and when to ask again. What is known already costs no write. */
export const learnLook = async (ledger: Pick<Ledger, 'learn' | 'learnPolicy'>, seen: Seen): Promise<void> => {
  let record = seen.record;
  for (const observation of observationsOf(seen)) {
    const next = learned(record, observation);
    if (record !== null && JSON.stringify(next) === JSON.stringify(record)) continue;
    await ledger.learn(observation);
    record = next;
  }
  const policy = goodPolicy(seen);
  if (policy === null) return;
  const at = new Date(seen.now).toISOString();
  await ledger.learnPolicy({ keyArn: seen.facts.keyArn, version: { policy, at, source: 'describe', good: true } });
};

/**
 * Pure: the state that somebody chose, a rotation that is on and new to the record, the last use and the slow facts. State and
 * rotation are dated a second before the one in which the look began: an event of that second, which CloudTrail does not tell apart, wins.
 */
export const observationsOf = ({ facts, record, now, asked, slow }: Seen): readonly Observation[] => {
  const { keyArn, metadata, rotation } = facts;
  const at = new Date(now).toISOString();
  const shownAt = new Date(Math.floor(now / 1_000) * 1_000 - 1_000).toISOString();
  const seen: Observation[] = [];
  if (metadata.known && (metadata.value.keyState === 'Enabled' || metadata.value.keyState === 'Disabled')) {
    const change = { state: metadata.value.keyState, at: shownAt, actorArn: null, source: 'describe' };
    seen.push({ kind: 'state', keyArn, change });
  }
  // Only its own: a replica's look would write to the record of a primary that its own Region's sweep keeps.
  if (rotation.known && rotation.value.enabled && rotation.value.of === keyArn) {
    const { periodInDays } = rotation.value;
    const same = record?.rotation?.enabled === true && record.rotation.periodInDays === periodInDays;
    if (!same) seen.push({ kind: 'rotation', keyArn, enabled: true, periodInDays, at: shownAt, source: 'describe' });
  }
  if (asked !== null) seen.push({ kind: 'last-use', keyArn, answer: asked, askedAt: at });
  if (slow !== null) seen.push({ kind: 'slow-facts', keyArn, ...slow });
  return seen;
};

/**
 * A policy that may be restored: every rule about policies found it so. One that is not good is left to its own event, which
 * would take it for old news. Null also where the ledger has it already.
 */
const goodPolicy = ({ facts, verdicts }: Seen): string | null => {
  const { policy, policyHistory } = facts;
  if (!policy.known || !policyHistory.known) return null;
  const [newest] = policyHistory.value.versions;
  if (newest !== undefined && samePolicy(newest.policy, policy.value)) return null;
  const words = verdicts.filter(({ rule }) => rule.id.startsWith('policy-')).map(({ verdict }) => verdict.verdict);
  const good = words.includes('compliant') && !words.includes('violation') && !words.includes('undetermined');
  return good ? policy.value : null;
};
