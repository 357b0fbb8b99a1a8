import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fact, type KeyMetadata, known, unknown } from '../../shared/facts/facts.ts';
import type { KeyRecord, SlowFact } from '../../shared/ledger/entries.ts';
import { planSlowFacts } from '../../shared/sweep/slow-facts.ts';
import { memoryKey } from '../support/memory-key.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-11-20T02:00:00Z');
const iso = (time: number): string => new Date(time).toISOString();
const arn = (n: number): string => `arn:aws:kms:eu-west-1:111122223333:key/${n}`;
const plain = memoryKey().metadata;
const tags = { owner: 'orders' };
const needs = new Set(['metadata', 'policy', 'tags', 'grants', 'lastRotation', 'family'] as const);

const recordOf = (some: Partial<KeyRecord> = {}): KeyRecord => ({
  keyArn: arn(1),
  stateChanges: [],
  rotation: null,
  slow: { askedAt: iso(start), tags, quiet: ['tags', 'grants', 'lastRotation', 'family'] },
  ...some,
});
const plan = (
  record: KeyRecord | null,
  some: { now?: number; key?: string; everyDays?: number; described?: Fact<KeyMetadata> } = {},
) => {
  const { now = start + hour, key = arn(1), everyDays = 7, described = known(plain) } = some;
  return planSlowFacts({ keyArn: key, described, record, needs, everyDays, now });
};

describe('which slow facts a look asks', () => {
  test('none of a quiet key that was asked an hour ago, and its tags are remembered', () => {
    // A key without replicas, and that KMS rotates by itself: what costs nothing is read all the same.
    expect(plan(recordOf())).toEqual({
      whole: false,
      asked: ['lastRotation', 'family'],
      left: ['tags', 'grants'],
      tags,
    });
  });

  test.each<[string, KeyRecord | null, Parameters<typeof plan>[1]]>([
    ['a key that the ledger does not know', null, {}],
    ['a key that was never asked', { keyArn: arn(1), stateChanges: [], rotation: null }, {}],
    ['after the interval', recordOf(), { now: start + 7 * day }],
    ['every night, where so configured', recordOf(), { everyDays: 1 }],
    ['a key that is pending deletion', recordOf(), { described: known({ ...plain, keyState: 'PendingDeletion' }) }],
    ['a key that cannot be described', recordOf(), { described: unknown('access-denied', 'no') }],
    ['an event after the last asking', recordOf({ touchedAt: iso(start) }), {}],
    ['an event shortly before it, which may not have shown', recordOf({ touchedAt: iso(start - hour) }), {}],
    [
      'a change of state that an event showed',
      recordOf({ stateChanges: [{ state: 'Disabled', at: iso(start + 1), actorArn: null, source: 'e1' }] }),
      {},
    ],
    ['a date that cannot be read', recordOf({ slow: { askedAt: 'x', tags, quiet: ['tags', 'grants'] } }), {}],
    ['a date of tomorrow', recordOf({ slow: { askedAt: iso(start + day), tags, quiet: ['tags', 'grants'] } }), {}],
  ])('all at once: %s', (_, record, some) => {
    expect(plan(record, some)).toMatchObject({
      whole: true,
      asked: ['tags', 'grants', 'lastRotation', 'family'],
      left: [],
      tags: null,
    });
  });

  test.each<[string, KeyRecord]>([
    ['an event long before the last asking', recordOf({ touchedAt: iso(start - 3 * hour) })],
    [
      'a state that the last look showed',
      recordOf({ stateChanges: [{ state: 'Enabled', at: iso(start), actorArn: null, source: 'describe' }] }),
    ],
  ])('no reason to ask: %s', (_, record) => {
    expect(plan(record).left).toEqual(['tags', 'grants']);
  });

  test.each<[SlowFact, readonly SlowFact[]]>([
    ['tags', ['grants']],
    ['grants', ['tags']],
  ])('%s alone, where a rule flagged something about them', (name, left) => {
    const quiet = (['tags', 'grants'] as const).filter((each) => each !== name);
    const planned = plan(recordOf({ slow: { askedAt: iso(start), tags, quiet } }));
    expect(planned.asked).toContain(name);
    expect(planned.left).toEqual(left);
  });

  test('tags that are not remembered are never taken for none', () => {
    const planned = plan(recordOf({ slow: { askedAt: iso(start), tags: null, quiet: ['tags', 'grants'] } }));
    expect(planned).toMatchObject({ asked: expect.arrayContaining(['tags']), tags: null });
  });

  test('replicas and rotations on demand wait, too, where they cost calls', () => {
    const primary = { type: 'PRIMARY' as const, primaryArn: arn(1), replicaArns: [arn(2)] };
    const described = known({ ...plain, origin: 'EXTERNAL', multiRegion: primary });
    expect(plan(recordOf(), { described }).left).toEqual(['tags', 'grants', 'lastRotation', 'family']);
  });
});

/** The nights on which a key is asked; each night's look comes up to two hours late. */
const askedNights = (key: string, everyDays: number, late: readonly number[]): readonly number[] => {
  let record: KeyRecord | null = null;
  return late.flatMap((minutes, night) => {
    const now = start + night * day + minutes * 60_000;
    if (!plan(record, { now, key, everyDays }).whole) return [];
    record = recordOf({ keyArn: key, slow: { askedAt: iso(now), tags, quiet: ['tags', 'grants'] } });
    return [night];
  });
};

test('every key is asked within the interval and one night, whatever the hour of the look', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 70, maxLength: 70 }),
      (id, everyDays, late) => {
        const nights = askedNights(arn(1).replace('/1', `/${id}`), everyDays, late);
        expect(nights[0]).toBe(0);
        const gaps = [...nights, late.length].map((night, n) => night - (nights[n - 1] ?? 0));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(everyDays + 1);
        // Not more often than that over a long time: one look at the start, then one in each interval.
        expect(nights.length).toBeLessThanOrEqual(2 + Math.ceil(late.length / everyDays));
      },
    ),
  );
});

test.each([2, 7, 30])('keys that were first seen on one night are spread evenly over %i nights', (everyDays) => {
  const nights = 4 * everyDays;
  const keys = 3_000;
  const load = Array.from({ length: nights }, () => 0);
  for (let n = 0; n < keys; n += 1) {
    for (const night of askedNights(
      arn(n),
      everyDays,
      Array.from({ length: nights }, () => 0),
    )) {
      load[night] = (load[night] ?? 0) + 1;
    }
  }
  const [first, ...later] = load;
  expect(first).toBe(keys);
  const each = keys / everyDays;
  for (const count of later) expect(Math.abs(count - each)).toBeLessThan(each * 0.3 + 20);
});
