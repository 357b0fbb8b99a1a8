import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arnParts, asPattern, matchesArn, matchesWildcards } from '../../../shared/policy/evaluator/wildcards.ts';
import { Automaton, type Token } from '../../../shared/policy/search/automaton.ts';
import { Budget, BudgetSpent } from '../../../shared/policy/search/budget.ts';
import { arnTokens, instantiate, matches, onlyText, tokensOf } from '../../../shared/policy/search/patterns.ts';
import { numRuns } from '../../support/random-policy.ts';

/** The search reads patterns with code of its own, twice: it must say what the evaluator says. */

const fresh = (): Budget => {
  const budget = new Budget(1e9, 1e9);
  budget.begin();
  return budget;
};

const LIKE = { wildcards: true, fold: false };
const read = (text: string, style = LIKE): readonly Token[] => tokensOf([{ text, literal: false }], style);
const arn = (text: string): readonly Token[] => arnTokens(read(text)) ?? [];
const accepts = (patterns: readonly (readonly Token[])[], text: string): boolean =>
  new Automaton(patterns).accepts(text, fresh());

describe('patterns', () => {
  it.each([
    ['', [''], ['a']],
    ['a', ['a'], ['', 'b', 'aa']],
    ['*', ['', 'a', 'a:b'], []],
    ['?', ['a', ':'], ['', 'ab']],
    ['a*', ['a', 'ab', 'abc'], ['', 'ba']],
    ['*a', ['a', 'ba', 'aba'], ['', 'ab']],
    ['a*b', ['ab', 'aab', 'a:b'], ['a', 'b', 'aba']],
    ['a?b', ['aab', 'a:b'], ['ab', 'aaab']],
    ['*a*b*', ['ab', 'xaxbx'], ['ba', 'a', '']],
    ['**', ['', 'a'], []],
    ['a**b', ['ab', 'aab'], ['a', 'b']],
    ['?*', ['a', 'ab'], ['']],
    ['*?', ['a', 'ab'], ['']],
    ['*ab*ab', ['abab', 'xabyab', 'ababab'], ['ab', 'aba']],
    ['A', ['A'], ['a']],
  ])('%j', (pattern, yes, no) => {
    for (const [texts, wanted] of [
      [yes, true],
      [no, false],
    ] as const) {
      expect(texts.map((text) => matches(read(pattern), text))).toEqual(texts.map(() => wanted));
      expect(texts.map((text) => accepts([read(pattern)], text))).toEqual(texts.map(() => wanted));
    }
  });

  it.each([
    ['arn:aws:s3:::b', ['arn:aws:s3:::b'], ['arn:aws:s3:::', 'arn:aws:s3:::bb']],
    ['arn:aws:s3:::*', ['arn:aws:s3:::b', 'arn:aws:s3:::b:c', 'arn:aws:s3:::'], ['arn:aws:s3:eu::b']],
    ['arn:aws:*:*:*:x', ['arn:aws:sns:eu:1:x', 'arn:aws::::x'], ['arn:aws:sns:eu:x', 'arn:aws:sns:eu:1:2:x']],
    ['arn:*:s3:?:?:x', ['arn:aws:s3:a:b:x'], ['arn:aws:s3:::x', 'arn:aws:s3:::::x']],
    ['arn:a*s:s3:::?', ['arn:aws:s3:::b', 'arn:as:s3::::'], ['arn:a:s:s3:::b']],
    ['*:*:*:*:*:*', ['a:b:c:d:e:f', ':::::', 'a:b:c:d:e:f:g'], ['a:b:c:d:e', '']],
  ])('%s as an ARN', (pattern, yes, no) => {
    for (const text of yes)
      expect([text, matches(arn(pattern), text), accepts([arn(pattern)], text)]).toEqual([text, true, true]);
    for (const text of no)
      expect([text, matches(arn(pattern), text), accepts([arn(pattern)], text)]).toEqual([text, false, false]);
  });

  it.each(['', 'a', '*', 'arn:aws:s3', 'a:b:c:d:e'])('%j has fewer than six parts: no ARN', (text) => {
    expect(arnTokens(read(text))).toBeNull();
    expect(arnTokens(read(`${text}:::::`))).not.toBeNull();
  });

  it('ignore case only when they should', () => {
    const fold = { wildcards: false, fold: true };
    for (const text of ['abc', 'ABC', 'aBc']) {
      expect([matches(read('AbC', fold), text), accepts([read('AbC', fold)], text)]).toEqual([true, true]);
    }
    expect([matches(read('AbC'), 'abc'), accepts([read('AbC')], 'abc')]).toEqual([false, false]);
  });

  it('take a star from a variable as a star', () => {
    const tokens = tokensOf(
      [
        { text: 'a*', literal: false },
        { text: '*?', literal: true },
      ],
      LIKE,
    );
    expect(['a*?', 'abc*?', 'abc', 'abcd'].map((text) => matches(tokens, text))).toEqual([true, true, false, false]);
    const plain = tokensOf([{ text: 'a*', literal: false }], { wildcards: false, fold: false });
    expect(['a*', 'ab'].map((text) => matches(plain, text))).toEqual([true, false]);
  });
});

describe('against the evaluator', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', 'A'), maxLength: 9 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', '*'), maxLength: 8 });
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });
  const arnPattern = fc.array(part, { minLength: 6, maxLength: 7 }).map((parts) => parts.join(':'));
  const arnText = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }), { minLength: 5, maxLength: 7 })
    .map((parts) => parts.join(':'));

  it('one pattern', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 8, maxLength: 8 }), (one, texts) => {
        for (const value of texts) {
          const wanted = matchesWildcards(asPattern(one), value);
          expect([one, value, matches(read(one), value), accepts([read(one)], value)]).toEqual([
            one,
            value,
            wanted,
            wanted,
          ]);
        }
      }),
      { numRuns },
    );
  });

  it('one of several patterns, in one automaton', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 4 }),
        fc.array(text, { minLength: 8, maxLength: 8 }),
        (several, texts) => {
          const automaton = new Automaton(several.map((one) => read(one)));
          for (const value of texts) {
            const wanted = several.some((one) => matchesWildcards(asPattern(one), value));
            expect([several, value, automaton.accepts(value, fresh())]).toEqual([several, value, wanted]);
          }
        },
      ),
      { numRuns },
    );
  });

  it('ARN patterns', () => {
    fc.assert(
      fc.property(
        fc.array(arnPattern, { minLength: 1, maxLength: 3 }),
        fc.array(arnText, { minLength: 8, maxLength: 8 }),
        (several, texts) => {
          const automaton = new Automaton(several.map(arn));
          for (const value of texts) {
            const parts = arnParts(value);
            const each = several.map((one) => parts !== null && matchesArn(arnParts(asPattern(one)) ?? [], parts));
            expect([several, value, several.map((one) => matches(arn(one), value))]).toEqual([several, value, each]);
            expect([several, value, automaton.accepts(value, fresh())]).toEqual([several, value, each.includes(true)]);
          }
        },
      ),
      { numRuns },
    );
  });
});

describe('what a pattern stands for', () => {
  it.each([
    ['abc', 'abc'],
    ['', ''],
    ['a*', null],
    ['a?c', null],
  ])('%j is only the text %j', (pattern, wanted) => {
    expect(onlyText(read(pattern))).toBe(wanted);
  });

  it('is several texts when case is ignored, unless it has no letters', () => {
    const fold = { wildcards: false, fold: true };
    expect([onlyText(read('ab', fold)), onlyText(read('12:-', fold))]).toEqual([null, '12:-']);
  });

  it.each([
    ['a*b?c', 'any', 'aanybzc'],
    ['**', 'x', 'xx'],
    ['abc', 'x', 'abc'],
  ])('%s with %s is %s', (pattern, filler, wanted) => {
    expect(instantiate(read(pattern), filler)).toBe(wanted);
    expect(matches(read(pattern), wanted)).toBe(true);
  });
});

describe('the budget of steps', () => {
  it('is spent by long texts and new states, and then says so', () => {
    const automaton = new Automaton([read('*a*b*')]);
    const budget = new Budget(5, 5);
    budget.begin();
    expect(() => automaton.accepts('xxxxaxxxxbxxxxyzw', budget)).toThrow(BudgetSpent);
  });

  it('is not spent twice on what is known', () => {
    const automaton = new Automaton([read('*a*b*')]);
    automaton.accepts('xaxbx', fresh());
    const budget = new Budget(2, 2);
    budget.begin();
    expect(automaton.accepts('xaxbx', budget)).toBe(true);
    expect(budget.left).toBe(1);
  });

  it('of one search is bounded by what is left of all', () => {
    const budget = new Budget(10, 6);
    budget.begin();
    budget.spend(6);
    expect(() => budget.spend(1)).toThrow(BudgetSpent);
    expect(budget.left).toBe(3);
    budget.begin();
    budget.spend(3);
    expect(() => budget.spend(1)).toThrow('the step budget of the policy analysis is spent');
  });

  it('is nothing before it begins', () => {
    expect(() => new Budget(10, 6).spend(1)).toThrow(BudgetSpent);
  });
});
