import { describe, expect, test } from 'vitest';
import { readLastUse } from '../../shared/facts/last-use.ts';

const tracked = '2026-04-23T00:00:00.000Z';
const older = '2024-01-15T10:00:00.000Z';
const younger = '2026-06-01T00:00:00.000Z';
const none = { timestamp: null, operation: null };
const answer = (
  keyCreationDate: string | null,
  keyLastUsage: typeof none | null = none,
  trackingStartDate: string | null = tracked,
) => ({
  keyLastUsage,
  trackingStartDate,
  keyCreationDate,
});

test('used: when and how', () => {
  const used = {
    keyLastUsage: { timestamp: younger, operation: 'Decrypt' },
    trackingStartDate: null,
    keyCreationDate: null,
  };
  expect(readLastUse(used)).toEqual({ known: true, value: { use: 'used', at: younger, operation: 'Decrypt' } });
});

test('never used, for a key made on or after the first day of tracking', () => {
  expect(readLastUse(answer(younger))).toEqual({ known: true, value: { use: 'never', since: younger } });
  expect(readLastUse(answer(tracked))).toEqual({ known: true, value: { use: 'never', since: tracked } });
});

test('unknown, for a key older than the tracking', () => {
  expect(readLastUse(answer(older))).toEqual({ known: true, value: { use: 'unknown', trackedSince: tracked } });
});

describe('an answer with parts missing proves nothing', () => {
  test.each([
    ['no element for the last use', answer(younger, null)],
    ['no creation date', answer(null)],
    ['no tracking date', answer(younger, none, null)],
    ['an operation without its time', { ...answer(younger), keyLastUsage: { timestamp: null, operation: 'Decrypt' } }],
  ])('%s', (_name, incomplete) => {
    expect(readLastUse(incomplete)).toMatchObject({ known: false, reason: 'failed' });
  });

  test('a date that is none is never taken for "never used"', () => {
    expect(readLastUse(answer('soon'))).toMatchObject({ value: { use: 'unknown' } });
  });
});
