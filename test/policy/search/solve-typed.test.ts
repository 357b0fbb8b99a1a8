import { describe, expect, it } from 'vitest';
import type { Comparison, OperatorFamily } from '../../../shared/policy/document.ts';
import { Budget } from '../../../shared/policy/search/budget.ts';
import { typedCandidates, type ValueKind } from '../../../shared/policy/search/solve-typed.ts';
import { holds, TestStore, type ValueTest } from '../../../shared/policy/search/value-test.ts';

/** The promise: whatever answers a set of tests can give together, some candidate gives them. */

const budget = new Budget(1e9, 1e9);
budget.begin();

const testOf = (family: OperatorFamily, comparison: Comparison, ...texts: readonly string[]): ValueTest =>
  new TestStore().of({
    family,
    comparison,
    malformedArn: 'text',
    values: texts.map((text) => [{ text, literal: true }]),
  });

const candidates = (kind: ValueKind, ...tests: readonly ValueTest[]): readonly string[] =>
  typedCandidates(
    tests.map((test) => ({ test, wanted: true })),
    kind,
  );

/** Every combination of answers among the candidates, as a set of texts of 0 and 1. */
const regions = (values: readonly string[], tests: readonly ValueTest[]): readonly string[] =>
  [
    ...new Set(values.map((value) => tests.map((test) => (holds(test, value, budget) ? '1' : '0')).join(''))),
  ].toSorted();

describe('numbers', () => {
  const less = testOf('numeric', 'less', '10');
  const more = testOf('numeric', 'greater', '5');
  const equals = testOf('numeric', 'equals', '7.5');

  it('meet every region: below, on, between and above the marks, and no number at all', () => {
    const values = candidates('text', less, more, equals);
    expect(regions(values, [less, more, equals])).toEqual(['000', '010', '100', '110', '111']);
    expect(values).toContain('any');
    expect(
      regions(candidates('text', testOf('numeric', 'less', '0.5'), testOf('numeric', 'greater', '0.25')), [
        testOf('numeric', 'less', '0.5'),
        testOf('numeric', 'greater', '0.25'),
      ]),
    ).toContain('11');
  });

  it('of whole numbers are whole, and no less complete', () => {
    const [below, above] = [testOf('numeric', 'less', '10.5'), testOf('numeric', 'greater', '8.5')];
    const values = candidates('integer', below, above);
    expect(values.filter((value) => !/^-?\d+$/.test(value))).toEqual([]);
    expect(regions(values, [below, above])).toEqual(['01', '10', '11']);
    expect(candidates('integer', testOf('numeric', 'equals', '3'))).toEqual(expect.arrayContaining(['2', '3', '4']));
  });

  it('are there for a whole-number key that no test asks about', () => {
    expect(candidates('integer').every((value) => /^\d+$/.test(value))).toBe(true);
    expect(candidates('integer').length).toBeGreaterThan(0);
  });

  it('are plain text that the evaluator reads: no minus zero, no infinity', () => {
    const values = candidates('text', testOf('numeric', 'equals', '-0', '0', `1${'0'.repeat(400)}`));
    expect(values).toContain('0');
    expect(values.filter((value) => /Infinity|NaN/.test(value))).toEqual([]);
  });
});

describe('instants', () => {
  it('meet every region around the dates', () => {
    const from = testOf('date', 'greaterOrEqual', '2030-01-01T00:00:00Z');
    const until = testOf('date', 'less', '2031-01-01T00:00:00Z');
    const never = testOf('date', 'equals', '2030-06-01');
    expect(regions(candidates('instant', from, until, never), [from, until, never])).toEqual([
      '010',
      '100',
      '110',
      '111',
    ]);
    expect(candidates('instant', from)).toEqual(
      expect.arrayContaining(['2029-12-31T23:59:59Z', '2030-01-01T00:00:00Z', '2030-01-01T00:00:01Z']),
    );
  });

  it('stay within four-digit years', () => {
    const values = candidates(
      'instant',
      testOf('date', 'less', '9999999999999'),
      testOf('date', 'greater', '0000-01-01'),
    );
    expect(values.filter((value) => !/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/.test(value))).toEqual([]);
  });

  it('are there when no test asks, and only for a key that holds one or is asked for one', () => {
    expect(candidates('instant').length).toBeGreaterThan(0);
    expect(candidates('text')).toEqual(['any']);
    expect(candidates('text', testOf('date', 'less', '2030'))).toContain('2029-12-31T23:59:59Z');
  });
});

describe('addresses', () => {
  it('meet the block, both ends, what is next to it, and the other family', () => {
    const block = testOf('ip', 'equals', '203.0.113.0/24');
    const values = candidates('address', block);
    expect(values).toEqual(
      expect.arrayContaining(['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0', '198.18.0.1']),
    );
    expect(values.some((value) => value.includes(':'))).toBe(true);
    expect(regions(values, [block])).toEqual(['0', '1']);
  });

  it('stay within the addresses there are', () => {
    for (const block of ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']) {
      const test = testOf('ip', 'equals', block);
      const values = candidates('address', test);
      expect(values.filter((value) => !holds(testOf('ip', 'equals', '0.0.0.0/0', '::/0'), value, budget))).toEqual([]);
      expect(regions(values, [test])).toEqual(['0', '1']);
    }
  });

  it('are there for a free text that is asked for one', () => {
    expect(candidates('text', testOf('ip', 'equals', '10.0.0.0/8'))).toContain('10.255.255.255');
    expect(candidates('address').length).toBeGreaterThan(0);
  });
});

it('both truths, for a test of truth', () => {
  const values = candidates('text', testOf('bool', 'equals', 'true'));
  expect(values).toEqual(expect.arrayContaining(['true', 'false', 'any']));
  expect(candidates('text', testOf('string', 'equals', 'x'))).toEqual(['any']);
});
