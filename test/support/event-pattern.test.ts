import { describe, expect, test } from 'vitest';
import { matchesPattern } from './event-pattern.ts';

describe('matchesPattern', () => {
  const pattern = { source: ['aws.kms'], detail: { eventName: ['DisableKey', 'EnableKey'] } };

  test.each([
    ['one of the values', { source: 'aws.kms', detail: { eventName: 'EnableKey' } }],
    ['fields that the pattern does not name', { source: 'aws.kms', detail: { eventName: 'DisableKey', x: 1 }, y: 2 }],
    ['an array with one of the values', { source: ['x', 'aws.kms'], detail: { eventName: 'DisableKey' } }],
  ])('matches %s', (_, event) => expect(matchesPattern(pattern, event)).toBe(true));

  test.each([
    ['another value', { source: 'aws.s3', detail: { eventName: 'EnableKey' } }],
    ['another case', { source: 'aws.kms', detail: { eventName: 'enablekey' } }],
    ['a prefix', { source: 'aws.kms', detail: { eventName: 'EnableKeyRotation' } }],
    ['a missing field', { source: 'aws.kms', detail: {} }],
    ['a missing object', { source: 'aws.kms' }],
    ['a value where an object should be', { source: 'aws.kms', detail: 'EnableKey' }],
    ['no event at all', null],
  ])('does not match %s', (_, event) => expect(matchesPattern(pattern, event)).toBe(false));

  test.each([
    ['KmsGuard-Role', true],
    ['kmsguard-role', true],
    ['KmsGuardian-Role', false],
    ['MyKmsGuard-Role', false],
    [7, false],
  ])('a beginning in any case: %s', (a, matches) => {
    expect(matchesPattern({ a: [{ prefix: { 'equals-ignore-case': 'KmsGuard-' } }] }, { a })).toBe(matches);
  });

  test('null is a value, absence is not', () => {
    expect(matchesPattern({ a: [null] }, { a: null })).toBe(true);
    expect(matchesPattern({ a: [null] }, {})).toBe(false);
  });

  test.each([
    [[], 'must be an object'],
    [{ a: [{ prefix: 'x' }] }, 'content filters'],
    [{ a: [] }, 'lists no value'],
  ])('refuses what it cannot judge: %j', (unsupported, why) => {
    expect(() => matchesPattern(unsupported, { a: 'x' })).toThrow(why);
  });
});
