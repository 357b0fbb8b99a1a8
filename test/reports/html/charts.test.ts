import { describe, expect, test } from 'vitest';
import { aggregate } from '../../../shared/reports/aggregate.ts';
import { accountsChart } from '../../../shared/reports/html/charts/accounts-chart.ts';
import { findingsChart } from '../../../shared/reports/html/charts/findings-chart.ts';
import { rotationChart } from '../../../shared/reports/html/charts/rotation-chart.ts';
import type { TrendPoint } from '../../../shared/reports/report-input.ts';
import { reportSample } from '../../support/report-sample.ts';

const none = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
const point = (day: number, more: Partial<TrendPoint> = {}): TrendPoint => ({
  at: `2026-10-${String(day).padStart(2, '0')}T06:00:00.000Z`,
  sweep: 'complete',
  open: { ...none, high: day },
  undetermined: 0,
  rotation: { eligible: 10, on: day % 10 },
  keys: 10,
  ...more,
});
const missing = { sweep: 'missing', open: null, undetermined: null, rotation: null, keys: null } as const;
const values = (markup: string): readonly string[] =>
  [...markup.matchAll(/<text class="value"[^>]*>([^<]*)/g)].map(([, text = '']) => text);

describe('open findings over time', () => {
  test('names its axis, tells each total, and marks a sweep that could not read everything', () => {
    const { markup } = findingsChart([
      point(1),
      point(2, { sweep: 'partial' }),
      point(3, missing),
      point(4, { open: none }),
    ]);
    expect(values(markup)).toEqual(['1', '2*', '0']);
    expect(markup).toContain('>open findings</text>');
    expect(markup).toContain('* not everything could be read');
    expect(markup).toContain('no sweep: not known');
    expect(markup.match(/class="missing"/g)).toHaveLength(1);
  });

  test('tells no totals where they would touch, and keeps the marks', () => {
    const many = Array.from({ length: 20 }, (_, at) => point(at + 1, at === 7 ? { sweep: 'partial' } : {}));
    expect(values(findingsChart(many).markup).filter((text) => text !== '')).toEqual(['*']);
  });

  test('explains no mark that it does not have', () => {
    expect(findingsChart([point(1), point(2)]).markup).not.toMatch(/not everything|not known<\/li>/);
  });
});

describe('rotation coverage', () => {
  const counts = { on: 6, off: 2, unsupported: 1, unread: 2 };

  test('counts what could not be read among the keys that could rotate', () => {
    const { markup } = rotationChart(counts, [point(1)]);
    expect(markup).toContain(
      'KMS rotates 6 of the 10 keys that it can; 2 of them could not be read. 1 further key cannot',
    );
  });

  test('puts its value where the curve does not run', () => {
    const placeIn = (trend: readonly TrendPoint[]): number => {
      const { markup } = rotationChart(counts, trend);
      const dots = [...markup.matchAll(/<circle[^>]*cy="(\d+)"/g)].map(([, y]) => Number(y));
      const [, y] = /<text class="value" x="[^"]*" y="([^"]*)"/.exec(markup) ?? [];
      return Number(y) - (dots.at(-1) ?? 0);
    };
    expect(placeIn([point(1), point(8)])).toBeLessThan(0);
    expect(placeIn([point(8), point(11)])).toBeGreaterThan(0);
  });
});

describe('open findings by account', () => {
  const chart = (count: number): string => {
    const accounts = Array.from({ length: count }, (_, at) => ({
      account: `${at}`,
      open: { ...none, low: 1 },
      total: 1,
    }));
    return accountsChart({ ...aggregate(reportSample(12)), accounts }).markup;
  };

  test('tells where the others are', () => {
    expect(chart(8)).not.toContain('more account');
    expect(chart(9)).toContain('1 more account is in the numbers.');
    expect(chart(200)).toContain('192 more accounts are in the numbers.');
    expect(chart(201)).toContain('193 more accounts are in the JSON of this report.');
    expect(chart(201)).toContain(': the first 200 accounts');
    expect(chart(201).match(/<tr>/g)).toHaveLength(201);
  });
});
