import { createHash } from 'node:crypto';
import type { LastUse } from '../facts/facts.ts';
import type { LastUseRecord } from '../ledger/entries.ts';

/**
 * When to ask GetKeyLastUsage, of which AWS allows five a second: a key seen in use on a day cannot be unused before that day
 * plus the threshold, so it is asked again only when it could matter.
 */
export type NextAsk =
  /** `pending`: to be deleted, its last use decides; `new`: never asked; `due`: could be unused; `recheck`: was unused, may be used again. */
  | { readonly ask: true; readonly why: 'pending' | 'new' | 'due' | 'recheck' }
  | { readonly ask: false /** ISO 8601. */; readonly until: string };

export type AskInput = {
  readonly keyArn: string;
  /** Null: never asked, or without an answer. */
  readonly record: LastUseRecord | null;
  readonly pendingDeletion: boolean;
  /** So many days without use make a key unused. */
  readonly thresholdInDays: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

const day = 86_400_000;
/** Keys that were first seen on one night must not all come due on one night: up to a third of the threshold early. */
const earliestPart = 2 / 3;
/** A key that is unused already is asked once a week whether it still is, each key in a night of its own. */
const recheck = 7 * day;

export const nextAsk = (input: AskInput): NextAsk => {
  const { record, pendingDeletion, now } = input;
  if (pendingDeletion) return { ask: true, why: 'pending' };
  if (record === null) return { ask: true, why: 'new' };
  const { at, why } = nextTime(record, input);
  return now >= at ? { ask: true, why } : { ask: false, until: new Date(at).toISOString() };
};

/** A date that cannot be read is NaN; then it is asked at once, see below. */
const nextTime = (
  { answer, askedAt }: LastUseRecord,
  { keyArn, thresholdInDays }: AskInput,
): { readonly at: number; readonly why: 'due' | 'recheck' } => {
  const asked = Date.parse(askedAt);
  const unusedFrom = Date.parse(aliveAt(answer)) + thresholdInDays * day;
  // Another part each time, for keys that keep step would meet again.
  const part = spread(`${keyArn} ${askedAt}`);
  const early = unusedFrom - (1 - earliestPart) * part * thresholdInDays * day;
  if (Number.isNaN(asked) || Number.isNaN(unusedFrom)) return { at: Number.NEGATIVE_INFINITY, why: 'due' };
  if (asked < early) return { at: early, why: 'due' };
  // Asked in its early time already: then not before it could matter.
  if (asked < unusedFrom) return { at: unusedFrom, why: 'due' };
  const phase = spread(keyArn) * recheck;
  return { at: (Math.floor((asked - phase) / recheck) + 1) * recheck + phase, why: 'recheck' };
};

/** The latest day on which the key may have been in use, as far as the answer tells. */
const aliveAt = (answer: LastUse): string => {
  switch (answer.use) {
    case 'used':
      return answer.at;
    case 'never':
      return answer.since;
    case 'unknown':
      return answer.trackedSince;
  }
};

/** From 0 to 1, always the same for one text. */
export const spread = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 0xffff_ffff;

/** What one run may ask: new and due keys take all of it, rechecks a third at most. Keys pending deletion cost nothing. */
export type AskBudget = { readonly left: number; readonly rechecksLeft: number };

export const startBudget = (asks: number): AskBudget => ({ left: asks, rechecksLeft: Math.floor(asks / 3) });

/** The budget after one ask; null where it does not allow it. */
export const spend = (budget: AskBudget, why: (NextAsk & { ask: true })['why']): AskBudget | null => {
  if (why === 'pending') return budget;
  if (budget.left <= 0) return null;
  if (why !== 'recheck') return { ...budget, left: budget.left - 1 };
  return budget.rechecksLeft <= 0 ? null : { left: budget.left - 1, rechecksLeft: budget.rechecksLeft - 1 };
};
