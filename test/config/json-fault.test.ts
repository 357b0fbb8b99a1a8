import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonFault } from '../../shared/config/json-fault.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('findJsonFault', () => {
  test.each([
    ['', 1, 1, 'the file ends where a value should be'],
    ['{', 1, 2, 'the file ends where a "name" in double quotes should be'],
    ['{\n  "a": 1,\n  "b" 2\n}', 3, 7, 'there is "2" where a colon should be'],
    ['{\n  "a": 1,\n}', 3, 1, 'there is "}" where a "name" in double quotes should be'],
    ['{ "a": 1 "b": 2 }', 1, 10, 'there is "\\"" where a comma or "}" should be'],
    ['[1, 2,]', 1, 7, 'there is "]" where a value should be'],
    ["{ 'a': 1 }", 1, 3, 'there is "\'" where a "name" in double quotes should be'],
    ['{ "a": enforce }', 1, 8, 'there is "e" where a value should be'],
    ['{ // why\n}', 1, 3, 'there is "/" where a "name" in double quotes should be'],
    ['{ "a": "x\n" }', 1, 8, 'a string starts here and is not closed on its line, or holds a bad escape'],
    ['{ "a": "\\x" }', 1, 8, 'a string starts here and is not closed on its line, or holds a bad escape'],
    ['{} {}', 1, 4, 'there is more after the end of the JSON value'],
    ['01', 1, 2, 'there is more after the end of the JSON value'],
    ['[1\r\n,\r\n,2]', 3, 1, 'there is "," where a value should be'],
  ])('%j: line %i, column %i', (text, line, column, problem) => {
    expect(findJsonFault(text)).toEqual({ line, column, problem });
  });

  test('finds nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  test('agrees with JSON.parse on every damaged text', () => {
    const damage = fc.record({
      value: fc.jsonValue(),
      at: fc.nat(),
      remove: fc.nat(3),
      insert: fc.constantFrom('', ',', '"', '}', '\\', '0', 'e', ' ', '\n', ':', '\u2028', '\ud800'),
    });
    fc.assert(
      fc.property(damage, ({ value, at, remove, insert }) => {
        const text = JSON.stringify(value);
        const where = at % (text.length + 1);
        const damaged = text.slice(0, where) + insert + text.slice(where + remove);
        expect(findJsonFault(damaged) === null).toBe(parses(damaged));
      }),
      { numRuns: 2_000 },
    );
  });
});
