import { describe, expect, test } from 'vitest';
import { gapsIn, periodOf, withMissing } from '../../../shared/reports/make/period.ts';
import type { TrendPoint } from '../../../shared/reports/report-input.ts';

describe('the period of a report', () => {
  test.each([
    ['daily', '2026-11-22T06:00:00Z', '2026-11-21T06:00:00.000Z'],
    ['weekly', '2026-11-23T06:00:00Z', '2026-11-16T06:00:00.000Z'],
    ['monthly', '2026-11-01T06:00:00Z', '2026-10-01T06:00:00.000Z'],
    ['monthly', '2026-01-01T06:00:00Z', '2025-12-01T06:00:00.000Z'],
    ['monthly', '2026-03-31T06:00:00Z', '2026-02-28T06:00:00.000Z'],
    ['monthly', '2028-03-30T06:00:00Z', '2028-02-29T06:00:00.000Z'],
  ] as const)('%s, due %s, begins %s', (kind, at, from) => {
    expect(periodOf(kind, at)).toEqual({ kind, from, to: new Date(at).toISOString() });
  });
});

describe('hours without a heartbeat', () => {
  const period = { kind: 'daily', from: '2026-11-22T00:30:00.000Z', to: '2026-11-22T06:10:00.000Z' } as const;
  const hours = (...list: readonly number[]) => list.map((hour) => `2026-11-22T${String(hour).padStart(2, '0')}`);

  test('are whole hours of the period, joined where they follow each other', () => {
    expect(gapsIn(period, [hours(1, 4, 5)])).toEqual([
      { from: '2026-11-22T02:00:00.000Z', to: '2026-11-22T04:00:00.000Z' },
    ]);
  });

  test('are those of any guard: each has a path of its own', () => {
    expect(gapsIn(period, [hours(1, 2, 3, 4, 5), hours(1, 2, 4, 5)])).toEqual([
      { from: '2026-11-22T03:00:00.000Z', to: '2026-11-22T04:00:00.000Z' },
    ]);
    expect(gapsIn(period, [hours(1, 2, 3, 4, 5)])).toEqual([]);
  });
});

describe('a report that was due and never made', () => {
  const point = (at: string): TrendPoint => ({
    at,
    sweep: 'complete',
    open: { info: 0, low: 0, medium: 1, high: 0, critical: 0 },
    undetermined: 0,
    rotation: null,
    keys: 1,
  });
  const times = (points: readonly TrendPoint[]) => points.map(({ at, sweep }) => [at.slice(0, 10), sweep]);

  test('is a point without a sweep, between two and at the end', () => {
    const points = [point('2026-11-01T06:00:00.000Z'), point('2026-11-15T06:00:00.000Z')];
    expect(times(withMissing(points, 'weekly', '2026-11-29T06:00:00.000Z'))).toEqual([
      ['2026-11-01', 'complete'],
      ['2026-11-08', 'missing'],
      ['2026-11-15', 'complete'],
      ['2026-11-22', 'missing'],
    ]);
  });

  test('is none where clocks changed, or months are short', () => {
    const march = [point('2026-03-28T05:00:00.000Z'), point('2026-03-29T04:00:00.000Z')];
    expect(withMissing(march, 'daily', '2026-03-30T04:00:00.000Z')).toHaveLength(2);
    const months = [point('2026-02-01T06:00:00.000Z'), point('2026-03-01T06:00:00.000Z')];
    expect(withMissing(months, 'monthly', '2026-04-01T06:00:00.000Z')).toHaveLength(2);
  });
});
