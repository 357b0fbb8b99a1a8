import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget, BudgetSpent } from '../../../shared/policy/search/budget.ts';
import { type Constraint, solveText } from '../../../shared/policy/search/solve-text.ts';
import { holds, TestStore } from '../../../shared/policy/search/value-test.ts';
import { numRuns } from '../../support/random-policy.ts';

/** A text that answers every question as wanted; "none" must be a proof. */

const fresh = (steps = 1e7): Budget => {
  const budget = new Budget(steps, steps);
  budget.begin();
  return budget;
};

const like = (wanted: boolean, ...patterns: readonly string[]): Constraint => ({
  test: new TestStore().glob(patterns),
  wanted,
});
const equals = (wanted: boolean, ...texts: readonly string[]): Constraint => ({
  test: new TestStore().literal(texts),
  wanted,
});
const ignoringCase = (wanted: boolean, text: string): Constraint => ({
  test: new TestStore().of({
    family: 'stringIgnoreCase',
    comparison: 'equals',
    malformedArn: 'text',
    values: [[{ text, literal: false }]],
  }),
  wanted,
});

const solve = (constraints: readonly Constraint[], plain = false): string | null =>
  solveText(constraints, { plain, budget: fresh() });

const answers = (text: string, constraints: readonly Constraint[]): boolean =>
  constraints.every(({ test, wanted }) => holds(test, text, fresh()) === wanted);

describe('there is one', () => {
  it.each<readonly [string, readonly Constraint[]]>([
    ['nothing asked', []],
    ['one text', [equals(true, 'abc')]],
    ['one of two texts', [equals(true, 'a', 'b'), equals(false, 'a')]],
    ['two patterns that cross', [like(true, 'a*'), like(true, '*b')]],
    ['two patterns that overlap', [like(true, 'ab*'), like(true, '*ba')]],
    [
      'a pattern without a part of it',
      [like(true, 'a*'), like(false, 'ab*', 'ac*', 'az*', 'aany*', 'a', 'a0*', 'ax*')],
    ],
    ['a long way round', [like(true, '*ab*'), like(true, '*bc*'), like(true, '*ca*'), like(false, 'abca*')]],
    ['all but the readable guesses', [equals(false, 'any', 'other', 'z0')]],
    ['a length', [like(true, '????'), like(false, '*z*', '*q*')]],
    ['a text in either case', [ignoringCase(true, 'AbC'), equals(false, 'abc')]],
    ['not a text in any case', [ignoringCase(false, 'any'), like(true, '???')]],
    ['heads of which one is longer', [like(true, 'ab*'), like(true, 'abc*')]],
    ['a pattern of several', [like(true, 'a*', 'b*'), like(true, 'b*', 'c*')]],
    ['a star that is meant', [equals(true, '*', 'x'), equals(false, 'x')]],
  ])('%s', (_name, constraints) => {
    const text = solve(constraints);
    expect(text).not.toBeNull();
    expect(answers(text ?? '', constraints)).toBe(true);
  });

  it('that reads well, when one does', () => {
    expect(solve([])).toBe('any');
    expect(solve([like(true, 'app-*')])).toBe('app-');
    expect(solve([like(true, 'app-?*')])).toBe('app-z');
    expect(solve([like(true, '*'), like(true, 'app-x*')])).toBe('app-x');
  });

  it('without a star or a question mark, when AWS attests it', () => {
    for (const constraints of [
      [like(true, '?'), like(false, 'z', '0')],
      [equals(true, '*', '?', 'x')],
      [like(true, 'a*')],
    ]) {
      const text = solve(constraints, true);
      expect(text).toMatch(/^[^*?]+$/);
      expect(answers(text ?? '', constraints)).toBe(true);
    }
  });
});

describe('there is none', () => {
  it.each<readonly [string, readonly Constraint[]]>([
    ['two texts', [equals(true, 'a'), equals(true, 'b')]],
    ['a text against a pattern', [equals(true, 'abc'), like(true, 'b*')]],
    ['two heads', [like(true, 'a*'), like(true, 'b*')]],
    ['two tails', [like(true, '*a'), like(true, '*b')]],
    ['two lengths', [like(true, '??'), like(true, '???')]],
    ['a pattern without all of it', [like(true, 'a*'), like(false, 'a', 'a?*')]],
    ['everything excluded', [like(false, '*')]],
    ['a list of nothing', [equals(true)]],
    ['a pattern of nothing', [like(true)]],
    ['a text and not in any case', [equals(true, 'ABC'), ignoringCase(false, 'abc')]],
    ['a case against a head', [ignoringCase(true, 'abc'), like(true, 'b*')]],
  ])('%s', (_name, constraints) => {
    expect(solve(constraints)).toBeNull();
  });

  it('without a star, when AWS attests it', () => {
    expect(solve([equals(true, '*', 'a?')], true)).toBeNull();
    expect(solve([like(true, '?'), like(false, ...'zxy0'.split(''))], true)).toMatch(/^[^*?zxy0]$/);
  });
});

const LETTERS = ['', 'a', 'b', ':'];

it('a proof agrees with trying every short text', () => {
  const texts = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c)));
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 4 });
  const constraint = fc
    .tuple(fc.boolean(), fc.array(pattern, { minLength: 1, maxLength: 2 }))
    .map(([wanted, patterns]) => like(wanted, ...patterns));
  fc.assert(
    fc.property(fc.array(constraint, { minLength: 1, maxLength: 4 }), (constraints) => {
      const found = solve(constraints);
      if (found === null) expect(texts.filter((text) => answers(text, constraints))).toEqual([]);
      else expect(answers(found, constraints)).toBe(true);
    }),
    { numRuns: numRuns * 2 },
  );
});

it('gives up when the budget is spent', () => {
  const hard = [like(true, '*a?????????b*'), like(false, '*a?a*', '*b?b*', '*z*'), like(true, '*c?????????d*')];
  expect(() => solveText(hard, { plain: true, budget: fresh(200) })).toThrow(BudgetSpent);
});
