import { type Fact, type KeyMetadata, known, type LastUse, unknown } from '../facts/facts.ts';
import { rulesFor } from '../judge.ts';
import type { KeyRecord } from '../ledger/entries.ts';
import type { KeyReader } from '../ports.ts';
import { isPending } from '../remedies/await-state.ts';
import type { Rule } from '../rules/define-rule.ts';
import type { Look } from './look-at-key.ts';
import { nextAsk } from './next-ask.ts';

export const asksLastUse = (rule: Rule): boolean => rule.needs.includes('lastUse');

export type PlannedLastUse = {
  readonly deferred: boolean;
  readonly read: (keyArn: string) => Promise<Fact<LastUse>>;
  readonly asked: () => LastUse | null;
};

/** Asks now, or gives what the ledger knows, or defers. */
export const planLastUse = (
  { reader, clock, settings, mayAsk }: Look,
  key: { readonly keyArn: string; readonly described: Fact<KeyMetadata>; readonly record: KeyRecord | null },
): PlannedLastUse => {
  const { keyArn, described } = key;
  const record = key.record?.lastUse ?? null;
  const notAsked = unknown('not-fetched', 'GetKeyLastUsage is left for a later run');
  const defer = { deferred: true, read: () => Promise.resolve(notAsked), asked: () => null };
  const needed = rulesFor(settings.rules, null, settings.config).some(asksLastUse);
  if (!needed) return { ...defer, deferred: false };
  if (!described.known) return defer;
  const plan = nextAsk({
    keyArn,
    record,
    pendingDeletion: isPending(described.value.keyState),
    thresholdInDays: settings.config.deletion.unusedForDays,
    now: clock.now(),
  });
  if (plan.ask && mayAsk(plan.why)) return askedNow(reader);
  const stale = plan.ask && plan.why !== 'recheck';
  if (record === null || stale) return defer;
  const fact = known(record.answer, `as GetKeyLastUsage told on ${record.askedAt}`);
  return { deferred: false, read: () => Promise.resolve(fact), asked: () => null };
};

const askedNow = (reader: KeyReader): PlannedLastUse => {
  let answer: LastUse | null = null;
  const read = async (keyArn: string): Promise<Fact<LastUse>> => {
    const fact = await reader.lastUse(keyArn);
    answer = fact.known ? fact.value : null;
    return fact;
  };
  return { deferred: false, read, asked: () => answer };
};
