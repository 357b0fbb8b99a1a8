import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesArnPattern } from '../shared/arn-pattern.ts';

const arn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';

describe('matches', () => {
  test.each([
    [arn, arn],
    ['*', arn],
    ['*', ''],
    ['', ''],
    ['arn:*', arn],
    ['arn:aws:kms:*:111122223333:key/*', arn],
    ['arn:aws:kms:*:111122223333:key/*6666', arn],
    ['*key/0a1b2c3d-*', arn],
    [`${arn}*`, arn],
    ['**', arn],
    ['a*b*c', 'aXbYbZc'],
    ['*ab', 'aab'],
  ])('%s takes %s', (pattern, text) => {
    expect(matchesArnPattern(pattern, text)).toBe(true);
  });
});

describe('does not match', () => {
  test.each([
    ['', arn],
    [arn, ''],
    [arn.toUpperCase(), arn],
    ['arn:aws:kms', arn],
    ['key/*', arn],
    ['arn:aws:kms:*:999988887777:key/*', arn],
    ['arn:*:key/', arn],
    ['arn:aws:kms:eu-west-?:*', arn],
    ['arn.aws.kms.*', arn],
    ['a*b', 'aXbY'],
    ['[a-z]*', arn],
  ])('%s refuses %s', (pattern, text) => {
    expect(matchesArnPattern(pattern, text)).toBe(false);
  });
});

/** The same question, asked of a regular expression. */
const oracle = (pattern: string, text: string): boolean => {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(text);
};

test('agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', ':', '.'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.'), maxLength: 12 });
  fc.assert(
    fc.property(letters, text, (pattern, subject) => {
      expect(matchesArnPattern(pattern, subject)).toBe(oracle(pattern, subject));
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern made to be slow is not: it would take a backtracking expression for ever', () => {
  expect(matchesArnPattern(`${'*a'.repeat(60)}b`, 'a'.repeat(2_000))).toBe(false);
});
