import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../shared/config/nearest.ts';

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['same', 'same', 0],
  ['enfroce', 'enforce', 2],
])('%s is %s by %i edits', (left, right, distance) => expect(editDistance(left, right)).toBe(distance));

test('distance is symmetric, and zero only for equal texts', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
      expect(editDistance(left, right)).toBe(editDistance(right, left));
      expect(editDistance(left, right) === 0).toBe(left === right);
    }),
  );
});

test('names what a typo meant, whatever its case, and nothing where nothing is near', () => {
  expect(nearest('enfroce', ['observe', 'enforce'])).toBe('enforce');
  expect(nearest('CANCELKEYDELETION', ['revokeGrant', 'cancelKeyDeletion'])).toBe('cancelKeyDeletion');
  expect(nearest('banana', ['observe', 'enforce'])).toBeNull();
  expect(nearest('x', [])).toBeNull();
});
