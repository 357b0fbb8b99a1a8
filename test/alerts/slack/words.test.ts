import { describe, expect, test } from 'vitest';
import { untilDeletion, utc } from '../../../shared/alerts/slack/words.ts';

const now = Date.parse('2026-11-20T09:15:00Z');

test.each([
  ['2026-11-27T09:14:07Z', 'in 6 days 23 hours'],
  ['2026-11-22T09:15:00Z', 'in 2 days'],
  ['2026-11-21T10:15:00Z', 'in 1 day 1 hour'],
  ['2026-11-20T12:20:00Z', 'in 3 hours'],
  ['2026-11-20T09:45:30Z', 'in 30 minutes'],
  ['2026-11-20T09:15:10Z', 'in 1 minute'],
  ['2026-11-20T09:15:00Z', 'at any moment: the waiting period has ended'],
  ['2026-11-01T00:00:00Z', 'at any moment: the waiting period has ended'],
  ['soon', null],
])('a deletion after %s is %s', (date, left) => {
  expect(untilDeletion(date, now)).toBe(left);
});

describe('utc', () => {
  test('is short, and leaves alone what is no time', () => {
    expect(utc('2026-11-27T09:14:07.000+01:00')).toBe('2026-11-27 08:14 UTC');
    expect(utc('yesterday')).toBe('yesterday');
  });
});
