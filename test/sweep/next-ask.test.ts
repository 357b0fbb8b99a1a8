import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LastUse } from '../../shared/facts/facts.ts';
import { nextAsk, spend, startBudget } from '../../shared/sweep/next-ask.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-20T02:00:00Z');
const thresholdInDays = 90;
const iso = (days: number): string => new Date(start + days * day).toISOString();
const arn = (n: number): string => `arn:aws:kms:eu-west-1:111122223333:key/${n}`;
const used = (days: number): LastUse => ({ use: 'used', at: iso(days), operation: 'Decrypt' });

const ask = (answer: LastUse | null, times: { asked?: number; now: number; pending?: boolean; key?: string }) =>
  nextAsk({
    keyArn: times.key ?? arn(1),
    record: answer === null ? null : { answer, askedAt: iso(times.asked ?? 0) },
    pendingDeletion: times.pending ?? false,
    thresholdInDays,
    now: start + times.now * day,
  });

describe('when a key is asked for its last use', () => {
  test('at once: one that was never asked, and always one that is pending deletion', () => {
    expect(ask(null, { now: 0 })).toEqual({ ask: true, why: 'new' });
    expect(ask(used(0), { now: 0, pending: true })).toEqual({ ask: true, why: 'pending' });
  });

  test.each<[string, LastUse]>([
    ['used', used(0)],
    ['never used', { use: 'never', since: iso(0) }],
    ['unknown', { use: 'unknown', trackedSince: iso(0) }],
  ])('%s: not before two thirds of the threshold, in any case when it is over', (_name, answer) => {
    expect(ask(answer, { now: 59.9 })).toMatchObject({ ask: false });
    expect(ask(answer, { now: 90 })).toEqual({ ask: true, why: 'due' });
  });

  test('asked early and not used since: not before it could be unused', () => {
    expect(ask(used(0), { asked: 89.5, now: 89.9 })).toEqual({ ask: false, until: iso(90) });
    expect(ask(used(0), { asked: 89.5, now: 90 })).toEqual({ ask: true, why: 'due' });
  });

  test('unused already: again once within a week', () => {
    expect(ask(used(-200), { asked: 0, now: 7.1 })).toEqual({ ask: true, why: 'recheck' });
  });

  test('dates that cannot be read are no reason to wait', () => {
    expect(ask({ use: 'never', since: 'yesterday' }, { now: 1 })).toEqual({ ask: true, why: 'due' });
  });

  test('an answer that is known counts as long as the key cannot be unused, never longer', () => {
    const waits = fc.property(fc.nat(500), fc.nat(400), fc.nat(400), fc.nat(400), (key, usedAt, askedAfter, later) => {
      const asked = usedAt + askedAfter;
      const now = asked + later;
      const plan = ask(used(usedAt), { key: arn(key), asked, now });
      if (plan.ask) return true;
      const until = (Date.parse(plan.until) - start) / day;
      // Seen in use, not asked again in time, and taken for unused: this must not be.
      const inTime = asked >= usedAt + thresholdInDays || now < usedAt + thresholdInDays;
      return inTime && until > now && until <= asked + 97;
    });
    expect(fc.check(waits, { numRuns: 2_000 }).counterexample).toBeNull();
  });

  test('keys that were first seen on one night are spread over many, in use or not', () => {
    const nightOf = (key: number, answer: LastUse): number => {
      const plan = ask(answer, { key: arn(key), now: 0 });
      return plan.ask ? -1 : Math.floor((Date.parse(plan.until) - start) / day);
    };
    const most = (answer: LastUse): number => {
      const nights = Array.from({ length: 3_000 }, (_, key) => nightOf(key, answer));
      return Math.max(...nights.map((night) => nights.filter((other) => other === night).length));
    };
    expect(most(used(0))).toBeLessThan(150);
    expect(most(used(-300))).toBeLessThan(520);
  });
});

describe('the budget of one run', () => {
  const spendAll = (list: readonly ('pending' | 'new' | 'due' | 'recheck')[], asks: number) => {
    let budget = startBudget(asks);
    return list.map((why) => {
      const after = spend(budget, why);
      budget = after ?? budget;
      return after !== null;
    });
  };

  test('is for new and due keys; rechecks take a third at most; pending deletions cost nothing', () => {
    expect(spendAll(['new', 'due', 'new', 'new'], 3)).toEqual([true, true, true, false]);
    expect(spendAll(['recheck', 'recheck', 'new', 'due', 'due'], 3)).toEqual([true, false, true, true, false]);
    expect(spendAll(['pending', 'new', 'pending'], 0)).toEqual([true, false, true]);
  });
});
