import type { RuleVerdict } from '../decision.ts';
import type { Fact, FactName, Facts, KeyMetadata } from '../facts/facts.ts';
import { rotatesOnDemandOnly } from '../facts/rotation-support.ts';
import { type KeyRecord, type SlowFact, slowFacts, type SlowRecord } from '../ledger/entries.ts';
import { isPending } from '../remedies/await-state.ts';
import type { Rule } from '../rules/define-rule.ts';
import { spread } from './next-ask.ts';

/**
 * Which of the slow facts one look asks. State, policy and rotation are asked every night: what a lost event hides there may do
 * harm within a day. Tags, grants, replicas and rotations on demand are asked once in some days, see ADR 12.
 */
export type SlowPlan = {
  /** All that are needed are asked: the days until the next time count from now. */
  readonly whole: boolean;
  readonly asked: readonly SlowFact[];
  /** Left for another night: rules that need them neither flag nor clear by them. */
  readonly left: readonly SlowFact[];
  /** As the ledger remembers them, where they are left; else null. */
  readonly tags: Readonly<Record<string, string>> | null;
};

export type SlowPlanInput = {
  readonly keyArn: string;
  readonly described: Fact<KeyMetadata>;
  readonly record: KeyRecord | null;
  readonly needs: ReadonlySet<FactName>;
  readonly everyDays: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

export const planSlowFacts = (input: SlowPlanInput): SlowPlan => {
  const { described, record, needs } = input;
  const wanted = slowFacts.filter((name) => needs.has(name));
  const slow = record?.slow;
  if (slow === undefined || !described.known || isPending(described.value.keyState) || isDue(input)) {
    return { whole: true, asked: wanted, left: [], tags: null };
  }
  const { quiet, tags } = slow;
  const mayWait = (name: SlowFact): boolean =>
    quiet.includes(name) && (name !== 'tags' || tags !== null) && costs(name, described.value);
  const left = wanted.filter(mayWait);
  return {
    whole: false,
    asked: wanted.filter((name) => !left.includes(name)),
    left,
    tags: left.includes('tags') ? tags : null,
  };
};

/** What costs no call is not left out. */
const costs = (name: SlowFact, key: KeyMetadata): boolean => {
  switch (name) {
    case 'tags':
    case 'grants':
      return true;
    case 'lastRotation':
      return rotatesOnDemandOnly(key);
    case 'family':
      return key.multiRegion?.type === 'PRIMARY';
  }
};

const day = 86_400_000;
/** A touch is known to the hour, and what a call changed may show in KMS only minutes later. */
const touchMargin = 2 * 3_600_000;

/** Each key has a night of its own. What cannot be read as a date, or is of tomorrow, is no reason to wait. */
const isDue = ({ keyArn, record, everyDays, now }: SlowPlanInput): boolean => {
  const asked = Date.parse(record?.slow?.askedAt ?? '');
  if (Number.isNaN(asked) || asked > now || everyDays <= 1) return true;
  if (!(touchedAt(record) + touchMargin < asked)) return true;
  const interval = everyDays * day;
  const phase = spread(`${keyArn} slow facts`) * interval;
  return now >= (Math.floor((asked - phase) / interval) + 1) * interval + phase;
};

/** The last event about the key that the ledger learned: of a slow fact, or of its state. */
const touchedAt = (record: KeyRecord | null): number => {
  const state = record?.stateChanges.find(({ source }) => source !== 'describe')?.at;
  const times = [record?.touchedAt, state].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]));
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
};

export type SlowLook = {
  readonly plan: SlowPlan;
  readonly facts: Facts;
  readonly record: KeyRecord | null;
  /** The rules in play, those that were not judged among them. */
  readonly rules: readonly Rule[];
  readonly verdicts: readonly RuleVerdict[];
  readonly now: number;
};

/**
 * What to remember of a look. A fact is quiet where it was told and every rule that needs it was judged and flagged nothing: an
 * open finding is looked at again the next night. Null where nothing is worth it.
 */
export const slowRecordOf = ({ plan, facts, record, rules, verdicts, now }: SlowLook): SlowRecord | null => {
  const { whole, asked, left } = plan;
  if (asked.length + left.length === 0 || !facts.metadata.known) return null;
  const isClear = ({ id }: Rule): boolean =>
    verdicts.some(({ rule, verdict }) => rule.id === id && isNoFlag(verdict.verdict));
  const isQuiet = (name: SlowFact): boolean =>
    isTold(facts[name]) && rules.filter(({ needs }) => needs.includes(name)).every(isClear);
  // Remembered tags, too, may come to be flagged: by a configuration that requires more of them.
  const staysQuiet = (name: SlowFact): boolean =>
    verdicts.every(({ rule, verdict }) => !rule.needs.includes(name) || isNoFlag(verdict.verdict));
  const before = whole ? undefined : record?.slow;
  return {
    askedAt: before?.askedAt ?? new Date(now).toISOString(),
    tags: facts.tags.known ? facts.tags.value : null,
    quiet: slowFacts.filter((name) => (left.includes(name) ? staysQuiet(name) : asked.includes(name) && isQuiet(name))),
  };
};

const isTold = (fact: Fact<unknown>): boolean => fact.known || fact.reason === 'unsupported';
const isNoFlag = (verdict: RuleVerdict['verdict']['verdict']): boolean =>
  verdict === 'compliant' || verdict === 'notApplicable';

/**
 * What the look may say by these verdicts. A rule that needs a fact that was left says no more than that it is not about this
 * key. By remembered tags it may flag, and not clear: a finding is resolved by what was seen.
 */
export const sayable = (verdicts: readonly RuleVerdict[], { left, tags }: SlowPlan): readonly RuleVerdict[] =>
  verdicts.filter(({ rule, verdict }) => {
    const lacking = left.filter((name) => rule.needs.includes(name));
    if (lacking.length === 0 || verdict.verdict === 'notApplicable') return true;
    return verdict.verdict === 'violation' && tags !== null && lacking.every((name) => name === 'tags');
  });
