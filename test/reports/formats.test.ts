import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { formatNamed, reportFormats } from '../../shared/reports/formats.ts';
import { jsonText } from '../../shared/reports/json-text.ts';
import { hostileReport } from '../support/hostile-report.ts';
import { reportSample } from '../support/report-sample.ts';

describe.each(reportFormats.map(({ name, render, mediaType }) => [name, render, mediaType] as const))(
  '%s',
  (_, render, mediaType) => {
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

    test.each([
      ['half of one', '\uD83D'],
      ['a cut in the middle of one', `${'x'.repeat(199)}${'\u{1F642}'.repeat(700)}`],
      ['a cut after an odd number', `x${'\u{1F642}'.repeat(3_000)}`],
      ['what only looks like an escape', '\\ud83d \\\\ud83d'],
    ])('holds whole characters only, also with %s', (_name, text) => {
      const out = [...render(aggregate(hostileReport(text)))].join('');
      expect(out.isWellFormed()).toBe(true);
      if (/json/.test(mediaType)) expect(out.match(/(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/gi)).toBeNull();
    });
  },
);

test('JSON keeps what only looks like half of a character', () => {
  const text = 'a \\ud83d b \uD83D c \\\uD83D d \u{1F642}';
  expect(JSON.parse(jsonText({ text }))).toEqual({ text: text.toWellFormed() });
});

test('each has a name and an extension of its own', () => {
  expect(new Set(reportFormats.map(({ name }) => name)).size).toBe(reportFormats.length);
  expect(new Set(reportFormats.map(({ extension }) => extension)).size).toBe(reportFormats.length);
  expect(formatNamed('pdf')).toBeUndefined();
});
