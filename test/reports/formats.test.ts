import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { formatNamed, reportFormats } from '../../shared/reports/formats.ts';
import { reportSample } from '../support/report-sample.ts';

describe.each(reportFormats.map(({ name, render }) => [name, render] as const))('%s', (_, render) => {
  test('the same input gives the same bytes, whatever its order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat()), (count, keys) => {
        const sample = reportSample(count);
        const text = [...render(aggregate(sample))].join('');
        const mixed = <Item>(items: readonly Item[]): readonly Item[] =>
          items
            .map((item) => ({ item, key: keys.next().value }))
            .sort((one, other) => one.key - other.key)
            .map(({ item }) => item);
        const other = {
          ...sample,
          findings: mixed(sample.findings),
          rules: mixed(sample.rules),
          keyRows: mixed(sample.keyRows ?? []),
        };
        expect([...render(aggregate(other))].join('') === text).toBe(true);
      }),
      { numRuns: 8 },
    );
  });
});

test('each has a name and an extension of its own', () => {
  expect(new Set(reportFormats.map(({ name }) => name)).size).toBe(reportFormats.length);
  expect(new Set(reportFormats.map(({ extension }) => extension)).size).toBe(reportFormats.length);
  expect(formatNamed('pdf')).toBeUndefined();
});
