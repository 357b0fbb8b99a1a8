import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/ledger/entries.ts';
import { openedAt, resolved, seen } from '../../shared/ledger/finding-history.ts';
import { account, keyArn, region } from '../support/records.ts';

const day = (n: number): string => new Date(Date.parse('2026-11-01T02:00:00Z') + n * 86_400_000).toISOString();
const finding = (n: number, some: Partial<Finding> = {}): Finding => ({
  id: 'f1',
  rule: 'policy-public',
  verdict: 'violation',
  severity: 'high',
  account,
  region,
  keyArn,
  message: 'public',
  data: {},
  status: 'open',
  at: day(n),
  ...some,
});

describe('what becomes of a finding', () => {
  test('opens once, however often it is seen', () => {
    const twice = seen(seen(null, finding(0)), finding(1));
    expect(twice).toMatchObject({ firstSeen: day(0), lastSeen: day(1), resolvedAt: null });
    expect(twice.history).toEqual([{ at: day(0), status: 'open' }]);
  });

  test('is resolved once, and opens again with its history', () => {
    const gone = resolved(seen(null, finding(0)), day(1));
    expect(gone).toMatchObject({ status: 'resolved', resolvedAt: day(1), lastSeen: day(0) });
    expect(resolved(gone, day(2))).toBeNull();
    const back = seen(gone, finding(3));
    expect(back).toMatchObject({ status: 'open', firstSeen: day(0), resolvedAt: null });
    expect(back.history.map(({ status }) => status)).toEqual(['open', 'resolved', 'open']);
    expect(openedAt(back, day(3))).toBe('reopened');
    expect(openedAt(back, day(0))).toBeNull();
  });

  test('undone at once, it was open before it was resolved', () => {
    const undone = seen(null, finding(0, { status: 'resolved' }));
    expect(undone.history.map(({ status }) => status)).toEqual(['open', 'resolved']);
    expect(undone.resolvedAt).toBe(day(0));
  });

  test('a waived one that loses its waiver opens for the first time', () => {
    const waived = seen(null, finding(0, { status: 'waived' }));
    expect(openedAt(waived, day(0))).toBeNull();
    expect(openedAt(seen(waived, finding(1)), day(1))).toBe('opened');
    expect(resolved(waived, day(1))).toBeNull();
    expect(resolved(waived, day(1), ['open', 'waived'])).toMatchObject({ status: 'resolved' });
  });

  test('doubt does not take the place of a violation, and a violation that of doubt', () => {
    const doubt = finding(1, { verdict: 'undetermined', message: 'unreadable', severity: 'low' });
    expect(seen(seen(null, finding(0)), doubt)).toMatchObject({ verdict: 'violation', message: 'public' });
    expect(seen(seen(null, doubt), finding(2))).toMatchObject({ verdict: 'violation', message: 'public' });
    expect(seen(resolved(seen(null, finding(0)), day(0)), doubt)).toMatchObject({ verdict: 'undetermined' });
  });

  test('late news of an earlier day does not turn the clock back', () => {
    expect(seen(seen(null, finding(5)), finding(3))).toMatchObject({ firstSeen: day(5), lastSeen: day(5) });
  });

  test('a history without end keeps its beginning and the latest', () => {
    let one = seen(null, finding(0));
    for (let n = 1; n < 80; n += 2) one = seen(resolved(one, day(n)), finding(n + 1));
    expect(one.history).toHaveLength(50);
    expect(one.history[0]).toEqual({ at: day(0), status: 'open' });
    expect(one.history.at(-1)).toEqual({ at: day(80), status: 'open' });
  });
});

test('a doubt that becomes a violation is news, once: nobody was told of it as of a violation', () => {
  const doubt = seen(null, finding(0, { verdict: 'undetermined' }));
  const decided = seen(doubt, finding(1, { verdict: 'violation' }));
  expect(openedAt(decided, day(1))).toBe('opened');
  expect(decided).toMatchObject({ firstSeen: day(0), status: 'open' });
  expect(openedAt(seen(decided, finding(2, { verdict: 'violation' })), day(2))).toBeNull();
  const doubtAgain = seen(decided, finding(2, { verdict: 'undetermined' }));
  expect(openedAt(seen(doubtAgain, finding(3, { verdict: 'violation' })), day(3))).toBeNull();
});
