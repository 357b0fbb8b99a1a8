import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../shared/ledger/entries.ts';
import { learned, observationOf } from '../../shared/ledger/observe.ts';
import { callOf, keyArn, record } from '../support/records.ts';

describe('observationOf', () => {
  const observe = (eventName: string, own = false, more: Parameters<typeof record>[0] = { eventName }) =>
    observationOf(callOf(record({ ...more, eventName })), own);

  it.each([
    ['EnableKey', 'Enabled'],
    ['DisableKey', 'Disabled'],
    ['CancelKeyDeletion', 'Disabled'],
  ])('learns from %s that the key is %s', (eventName, state) => {
    expect(observe(eventName)).toMatchObject({ kind: 'state', keyArn, change: { state } });
  });

  it('learns nothing from a cancellation of its own: nobody chose the state it leaves', () => {
    expect(observe('CancelKeyDeletion', true)).toBeNull();
    expect(observe('EnableKey', true)).toMatchObject({ change: { state: 'Enabled' } });
  });

  it('learns nothing from an attempt', () => {
    expect(observe('DisableKey', false, { eventName: 'DisableKey', errorCode: 'AccessDenied' })).toBeNull();
  });

  it.each(['TagResource', 'UntagResource', 'CreateGrant', 'RevokeGrant', 'RetireGrant', 'ReplicateKey'])(
    'learns from %s that what changes seldom has changed, to the hour',
    (eventName) => {
      const at = (eventTime: string) => observe(eventName, false, { eventName, eventTime });
      const touched = { kind: 'touched', keyArn, at: '2026-11-20T09:00:00.000Z' };
      expect(at('2026-11-20T09:14:07Z')).toEqual(touched);
      // A thousand grants in an hour are one write.
      expect(at('2026-11-20T09:59:59Z')).toEqual(touched);
    },
  );

  it('learns the rotation period', () => {
    const more = { eventName: 'EnableKeyRotation', request: { rotationPeriodInDays: 180 } };
    expect(observe('EnableKeyRotation', false, more)).toMatchObject({
      kind: 'rotation',
      enabled: true,
      periodInDays: 180,
    });
  });
});

describe('learned', () => {
  it('keeps the latest asking and the latest touch, in whatever order they come', () => {
    const slow = (day: number): Observation => ({
      kind: 'slow-facts',
      keyArn,
      askedAt: `2026-11-${day}T02:00:00Z`,
      tags: { n: String(day) },
      quiet: ['tags'],
    });
    const touch = (day: number): Observation => ({ kind: 'touched', keyArn, at: `2026-11-${day}T02:00:00Z` });
    const wanted = {
      slow: { askedAt: '2026-11-20T02:00:00Z', tags: { n: '20' }, quiet: ['tags'] },
      touchedAt: '2026-11-21T02:00:00Z',
    };
    const [older, newer] = [slow(19), slow(20)];
    for (const all of [
      [older, newer, touch(15), touch(21)],
      [touch(21), newer, touch(15), older],
    ])
      expect(all.reduce<ReturnType<typeof learned> | null>(learned, null)).toMatchObject(wanted);
  });

  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`;
  const state = (value: 'Enabled' | 'Disabled', day: number): Observation => ({
    kind: 'state',
    keyArn,
    change: { state: value, at: at(day), actorArn: null, source: `event-${day}` },
  });
  const rotation = (enabled: boolean, periodInDays: number | null, day: number): Observation => ({
    kind: 'rotation',
    keyArn,
    enabled,
    periodInDays,
    at: at(day),
    source: `event-${day}`,
  });
  const all = (list: readonly Observation[]) => list.reduce<ReturnType<typeof learned> | null>(learned, null);

  it('comes to the same record in whatever order, and however often, events arrive', () => {
    const observations = [
      state('Enabled', 1),
      state('Disabled', 2),
      state('Enabled', 3),
      rotation(true, 180, 1),
      rotation(false, null, 4),
    ];
    const expected = all(observations);
    fc.assert(
      fc.property(fc.shuffledSubarray([...observations, ...observations], { minLength: 10 }), (list) => {
        expect(all(list)).toEqual(expected);
      }),
    );
    expect(expected).toMatchObject({
      stateChanges: [{ state: 'Enabled', at: at(3) }, { state: 'Disabled' }, { state: 'Enabled', at: at(1) }],
      rotation: { enabled: false, periodInDays: 180 },
    });
  });

  it('keeps the period through a switching off, and takes a new one', () => {
    expect(all([rotation(true, 200, 1), rotation(false, null, 2)])?.rotation).toEqual({
      enabled: false,
      periodInDays: 200,
      at: at(2),
    });
    expect(all([rotation(true, 200, 1), rotation(true, 400, 2)])?.rotation?.periodInDays).toBe(400);
  });

  it('keeps the last twenty changes', () => {
    const many = Array.from({ length: 28 }, (_, day) => state(day % 2 === 0 ? 'Enabled' : 'Disabled', day + 1));
    const kept = all(many);
    expect(kept?.stateChanges).toHaveLength(20);
    expect(kept?.stateChanges[0]?.at).toBe(at(28));
  });

  it('keeps the first of a row of calls that changed nothing: it tells since when', () => {
    const rows = [state('Enabled', 1), ...Array.from({ length: 26 }, (_, day) => state('Disabled', day + 2))];
    const { stateChanges = [] } = all(rows) ?? {};
    expect(stateChanges).toHaveLength(20);
    expect(stateChanges[0]).toMatchObject({ state: 'Disabled', at: at(27) });
    expect(stateChanges.slice(-2)).toMatchObject([
      { state: 'Disabled', at: at(2) },
      { state: 'Enabled', at: at(1) },
    ]);
  });

  it('keeps the day of the first look that showed the key disabled, however often it is looked at', () => {
    const look = (day: number): Observation => ({
      kind: 'state',
      keyArn,
      change: { state: 'Disabled', at: at(day), actorArn: null, source: 'describe' },
    });
    const seen = all([look(3), look(4), look(5)]);
    expect(seen?.stateChanges).toMatchObject([{ state: 'Disabled', at: at(3), source: 'describe' }]);
    // News that comes late of what happened before tells more; the look stays beside it.
    expect(all([look(3), state('Disabled', 2), look(6)])?.stateChanges.map((change) => change.at)).toEqual([
      at(3),
      at(2),
    ]);
  });

  it('adds a look at the key only when it shows something new', () => {
    const look = (value: 'Enabled' | 'Disabled', day: number): Observation => ({
      kind: 'state',
      keyArn,
      change: { state: value, at: at(day), actorArn: null, source: 'describe' },
    });
    expect(all([state('Enabled', 1), look('Enabled', 2)])?.stateChanges).toHaveLength(1);
    expect(all([state('Enabled', 1), look('Disabled', 2)])?.stateChanges).toHaveLength(2);
  });

  it('keeps the latest answer of GetKeyLastUsage, whatever else it learns', () => {
    const use = (day: number, asked: number): Observation => ({
      kind: 'last-use',
      keyArn,
      answer: { use: 'used', at: at(day), operation: 'Decrypt' },
      askedAt: at(asked),
    });
    expect(all([use(1, 3), use(2, 2), state('Disabled', 4)])?.lastUse).toEqual({
      answer: { use: 'used', at: at(1), operation: 'Decrypt' },
      askedAt: at(3),
    });
    expect(all([state('Enabled', 1)])).not.toHaveProperty('lastUse');
  });
});
