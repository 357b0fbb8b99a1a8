import fc from 'fast-check';
import { expect, test } from 'vitest';
import { change, dayOf, number, plural, timeOf, prose, usd, withTimes } from '../../shared/reports/words.ts';

test('days and times are in UTC, whatever the text says', () => {
  expect(dayOf('2026-11-22T23:30:00-05:00')).toBe('23 Nov 2026');
  expect(dayOf('2026-11-22')).toBe('22 Nov 2026');
  expect(timeOf('2026-11-02T06:05:00Z')).toBe('2 Nov 2026, 06:05 UTC');
});

test('times within a sentence are told as times elsewhere, and nothing else is touched', () => {
  expect(withTimes('Made on 2026-09-30T02:41:07.000Z; since 2026-10-02T06:05Z.')).toBe(
    'Made on 30 Sep 2026, 02:41 UTC; since 2 Oct 2026, 06:05 UTC.',
  );
  const others = '2026-09-30, 2026-13-45T99:99Z, 2026-09-30T02:41:07+01:00, alias/2026-09-30T02';
  expect(withTimes(others)).toBe(others);
});

test('a text that is no date is not repeated', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(dayOf(text) === 'no date').toBe(Number.isNaN(Date.parse(text)));
    }),
  );
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [12_345_678, '12,345,678'],
  [1_234.5, '1,234.5'],
])('%d is written %s', (value, text) => {
  expect(number(value)).toBe(text);
});

test('counts, changes and prices', () => {
  expect([plural(1, 'key'), plural(2, 'key'), plural(0, 'key')]).toEqual(['1 key', '2 keys', '0 keys']);
  expect([change(3), change(-3), change(0), change(1.5, ' points')]).toEqual(['+3', '−3', 'no change', '+1.5 points']);
  expect([usd({ usdFrom: 1, usdTo: 1 }), usd({ usdFrom: 1_000, usdTo: 3_000 })]).toEqual(['$1', '$1,000 to $3,000']);
});

test('names between backticks are quoted for people, and a lone one stays', () => {
  expect(prose('add it to `trust` or `replicaRegions`')).toBe(
    'add it to \u201Ctrust\u201D or \u201CreplicaRegions\u201D',
  );
  for (const text of ['a ` alone', '``', '']) expect(prose(text)).toBe(text);
});
