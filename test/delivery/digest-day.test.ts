import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayBefore, digestDay, nextDigestDay } from '../../shared/delivery/digest-day.ts';

const madrid = { digestHour: 8, timeZone: 'Europe/Madrid' };
const at = (text: string): number => Date.parse(text);

describe('the next digest', () => {
  test.each([
    ['is today before its hour', madrid, '2026-11-20T06:00:00Z', '2026-11-20'],
    ['is tomorrow after it', madrid, '2026-11-20T07:00:00Z', '2026-11-21'],
    ['is tomorrow just before it: the digest may be on its way', madrid, '2026-11-20T06:55:00Z', '2026-11-21'],
    ['goes by the time zone', { digestHour: 8, timeZone: 'Pacific/Auckland' }, '2026-11-20T06:00:00Z', '2026-11-21'],
    [
      'is the next day also when a day has 25 hours',
      { digestHour: 0, timeZone: 'Europe/Madrid' },
      '2026-10-24T22:10:00Z',
      '2026-10-26',
    ],
    ['is the next year after the last day', madrid, '2026-12-31T12:00:00Z', '2027-01-01'],
  ])('%s', (_, hour, now, day) => expect(nextDigestDay(hour, at(now))).toBe(day));
});

test('a line is told by a digest that comes after it, within a day and a bit', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata');
  const times = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 23 }), times, (timeZone, digestHour, now) => {
      const day = nextDigestDay({ digestHour, timeZone }, now);
      const today = digestDay({ digestHour, timeZone }, now);
      expect(day >= today).toBe(true);
      // Today, tomorrow, or the day after where midnight is near.
      expect(
        [today, dayBefore(day), dayBefore(dayBefore(day))].filter((each) => each === today).length,
      ).toBeGreaterThan(0);
    }),
  );
});

test('the day before', () => expect(dayBefore('2027-01-01')).toBe('2026-12-31'));
