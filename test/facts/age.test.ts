import { expect, test } from 'vitest';
import { daysSince } from '../../shared/facts/age.ts';
import { daysAgo, now } from '../support/perfect-key.ts';

test.each([
  ['a day to the second', daysAgo(1), 1],
  ['a second short of a day', new Date(now - 86_399_000).toISOString(), 0],
  ['now', daysAgo(0), 0],
  ['the future', daysAgo(-1), -1],
])('%s', (_name, date, days) => {
  expect(daysSince(date, now)).toBe(days);
});

test('what is no date passes no threshold', () => {
  expect(daysSince('soon', now)).toBeNaN();
  expect(daysSince('soon', now) >= 1).toBe(false);
});
