import { describe, expect, it } from 'vitest';
import { AtomStore, entryOf } from '../../../shared/policy/search/atoms.ts';
import { Budget } from '../../../shared/policy/search/budget.ts';
import { ABSENT, type Domain, fixed, oneOf, open, settled } from '../../../shared/policy/search/domain.ts';
import { KeySolver, type Literal } from '../../../shared/policy/search/solve-key.ts';
import { TestStore } from '../../../shared/policy/search/value-test.ts';
import { allow, policyOf } from '../../support/policy-fixtures.ts';

/** Values of one key, by what the key can hold and what is wanted of it. */

const TAG = 'aws:PrincipalTag/t';
const LIST = 'kms:EncryptionContextKeys';

const tests = new TestStore();
const atoms = new AtomStore(tests);

const literal = (operator: string, values: readonly string[], { key = TAG, wanted = true } = {}): Literal => {
  const { statements } = policyOf(allow('*', 'kms:*', { Condition: { [operator]: { [key]: values } } }));
  const [condition] = statements[0]?.conditions ?? [];
  if (condition === undefined) throw new Error(operator);
  return { atom: atoms.of(entryOf(condition, '2012-10-17'), 'may', new Map()), wanted };
};
const is = (...values: readonly string[]) => literal('StringEquals', values);
const like = (...values: readonly string[]) => literal('StringLike', values);
const present = literal('Null', ['false']);
const absent = literal('Null', ['true']);
const not = ({ atom, wanted }: Literal): Literal => ({ atom, wanted: !wanted });

const solver = (steps = 1e7): KeySolver => {
  const budget = new Budget(steps, steps);
  budget.begin();
  return new KeySolver(budget);
};

const solve = (domain: Domain, ...literals: readonly Literal[]) => {
  const solution = solver().solve(domain, literals);
  return solution.kind === 'value' ? solution.value : solution.kind;
};

const free = open({ absent: 'may' });
const there = open({ absent: 'never' });

describe('one value', () => {
  it.each<readonly [string, Domain, readonly Literal[], readonly string[] | string | null]>([
    ['absent, when nothing is wanted', free, [], null],
    ['absent, when that is wanted', free, [absent], null],
    ['absent, when a negation holds of it', free, [literal('StringNotEquals', ['a'])], null],
    ['some value, when it must be there', free, [present], ['any']],
    ['some value, when the key is always there', there, [], ['any']],
    ['the one that is wanted', free, [is('a')], ['a']],
    ['one of two', free, [is('a', 'b'), not(is('a'))], ['b']],
    ['none of both', free, [is('a'), is('b')], 'none'],
    ['none, absent and present', free, [absent, present], 'none'],
    ['none, absent where it is always there', there, [absent], 'none'],
    ['none, present where it never is', ABSENT, [present], 'none'],
    ['absent where it never is there', ABSENT, [not(is('a'))], null],
    ['the fixed one', fixed('a'), [], ['a']],
    ['the fixed one, if it passes', fixed('a'), [like('a*')], ['a']],
    ['not the fixed one, if it does not', fixed('a'), [like('b*')], 'none'],
    ['one of a list', oneOf(['a', 'b'], 'never'), [not(is('a'))], ['b']],
    ['none of a list', oneOf(['a', 'b'], 'never'), [is('c')], 'none'],
    ['absent before a list', oneOf(['a', 'b'], 'may'), [], null],
    ['absent, of an empty list', oneOf([], 'never'), [], null],
    ['a typical one', open({ absent: 'never', typical: 'x-1' }), [like('x*')], ['x-1']],
    ['another one, when the typical does not pass', open({ absent: 'never', typical: 'x-1' }), [is('y')], ['y']],
    [
      'one within the limits of the key',
      open({ absent: 'never', constraints: [{ test: tests.glob(['k-*']), wanted: true }] }),
      [],
      ['k-'],
    ],
    [
      'none beyond the limits of the key',
      open({ absent: 'never', constraints: [{ test: tests.glob(['k-*']), wanted: true }] }),
      [is('a')],
      'none',
    ],
    ['no star where AWS attests the value', there, [is('*')], 'none'],
    ['a star where the caller chooses', open({ absent: 'never', plain: false }), [is('*')], ['*']],
    ['no star of a list, either', { ...oneOf(['*'], 'never') }, [is('*')], 'none'],
  ])('%s', (_name, domain, literals, wanted) => {
    expect(solve(domain, ...literals)).toEqual(wanted);
  });
});

describe('a typed value', () => {
  const more = literal('NumericGreaterThan', ['5']);
  const less = literal('NumericLessThan', ['7']);
  const whole = open({ absent: 'never', kind: 'integer' });
  const address = open({ absent: 'never', kind: 'address' });
  const instant = open({ absent: 'never', kind: 'instant' });

  it.each<readonly [string, Domain, readonly Literal[], readonly string[] | string]>([
    ['a number between two', there, [more, less], ['6']],
    ['no number between none', there, [literal('NumericLessThan', ['5']), more], 'none'],
    ['no whole number between two neighbors', whole, [more, literal('NumericLessThan', ['6'])], 'none'],
    ['no negative one where days are counted', whole, [literal('NumericLessThan', ['0'])], 'none'],
    ['a number that is a text, too', there, [more, is('6', '4')], ['6']],
    ['a text that is no number', there, [more, is('x')], 'none'],
    ['nobody knows: a number like a pattern', there, [more, like('*1x*')], 'unknown'],
    ['a truth', there, [literal('Bool', ['true'])], ['true']],
    ['the other truth', there, [literal('Bool', ['false'])], ['false']],
    ['an address in a block', address, [literal('IpAddress', ['203.0.113.0/24'])], ['203.0.113.0']],
    [
      'no address in two blocks',
      address,
      [literal('IpAddress', ['203.0.113.0/24']), literal('IpAddress', ['10.0.0.0/8'])],
      'none',
    ],
    ['no text where an address must be', address, [is('x')], 'none'],
    ['no text where an instant must be', instant, [is('soon')], 'none'],
    ['a text that is one', instant, [is('2030-01-01T00:00:00Z')], ['2030-01-01T00:00:00Z']],
    ['no year alone, where AWS writes it in full', instant, [is('2030')], 'none'],
    ['no letters where days are counted', whole, [is('x')], 'none'],
    [
      'an instant after a date',
      instant,
      [literal('DateGreaterThan', ['2030-01-01T00:00:00Z'])],
      ['2030-01-01T00:00:01Z'],
    ],
  ])('%s', (_name, domain, literals, wanted) => {
    expect(solve(domain, ...literals)).toEqual(wanted);
  });
});

describe('several values', () => {
  const any = (...values: readonly string[]) => literal('ForAnyValue:StringLike', values, { key: LIST });
  const all = (...values: readonly string[]) => literal('ForAllValues:StringLike', values, { key: LIST });
  const listed = literal('Null', ['false'], { key: LIST });

  it.each<readonly [string, Domain, readonly Literal[], readonly string[] | string | null]>([
    ['none needed', free, [all('a*')], null],
    ['one for all', there, [all('a*')], ['a']],
    ['one for each', free, [any('a'), any('b')], ['a', 'b']],
    ['one for both', free, [any('a*'), any('a*')], ['a']],
    ['one within all', free, [any('*b'), all('a*')], ['ab']],
    ['none within all', free, [any('b'), all('a*')], 'none'],
    ['one outside', free, [not(all('a*')), listed], ['other', 'any']],
    ['none of some', free, [not(any('*')), listed], 'none'],
    ['one of the list', oneOf(['x', 'y'], 'may'), [any('y')], ['y']],
    ['never there', ABSENT, [any('y')], 'none'],
  ])('%s', (_name, domain, literals, wanted) => {
    expect(solve(domain, ...literals)).toEqual(wanted);
  });
});

describe('what a key can hold', () => {
  it.each<readonly [string, Domain, string, boolean]>([
    ['a free text', free, 'x', true],
    ['a free text with a star', free, 'x*', false],
    ['a free text with a question mark', free, 'x?', false],
    ['one that the caller chooses', open({ absent: 'may', plain: false }), 'x*', true],
    ['one of a list', oneOf(['a', 'b'], 'may'), 'b', true],
    ['none of it', oneOf(['a', 'b'], 'may'), 'c', false],
    ['within limits', open({ absent: 'may', constraints: [{ test: tests.glob(['a*']), wanted: true }] }), 'ab', true],
    ['beyond', open({ absent: 'may', constraints: [{ test: tests.glob(['a*']), wanted: true }] }), 'b', false],
    [
      'beyond, the other way',
      open({ absent: 'may', constraints: [{ test: tests.glob(['a*']), wanted: false }] }),
      'ab',
      false,
    ],
    ['days', open({ absent: 'may', kind: 'integer' }), '30', true],
    ['no days', open({ absent: 'may', kind: 'integer' }), '30x', false],
    ['no days, either', open({ absent: 'may', kind: 'integer' }), 'x30', false],
    ['an instant', open({ absent: 'may', kind: 'instant' }), '2030-01-01T00:00:00Z', true],
    ['no instant', open({ absent: 'may', kind: 'instant' }), 'x2030-01-01T00:00:00Z', false],
    ['an address', open({ absent: 'may', kind: 'address' }), '2001:DB8::1', true],
    ['no address', open({ absent: 'may', kind: 'address' }), '10.0.0.1/8', false],
    ['no address, either', open({ absent: 'may', kind: 'address' }), 'x 10.0.0.1', false],
  ])('%s', (_name, domain, value, wanted) => {
    expect(solver().admits(domain, value)).toBe(wanted);
  });

  it.each<readonly [string, Domain, readonly string[] | null | undefined]>([
    ['one value', fixed('a'), ['a']],
    ['nothing', ABSENT, null],
    ['one value or nothing', oneOf(['a'], 'may'), undefined],
    ['two values', oneOf(['a', 'b'], 'never'), undefined],
    ['an empty list', oneOf([], 'never'), null],
    ['anything', there, undefined],
  ])('%s is settled, or is not', (_name, domain, wanted) => {
    expect(settled(domain)).toEqual(wanted);
  });

  it('has an id of its own', () => {
    const limit = { test: tests.glob(['a*']), wanted: true };
    const domains = [
      ABSENT,
      fixed('a'),
      fixed('b'),
      oneOf(['a'], 'may'),
      oneOf(['a', 'b'], 'may'),
      oneOf(['a', 'b'], 'never'),
      free,
      there,
      open({ absent: 'may', plain: false }),
      open({ absent: 'may', kind: 'integer' }),
      open({ absent: 'may', constraints: [limit] }),
      open({ absent: 'may', constraints: [{ ...limit, wanted: false }] }),
    ];
    expect(new Set(domains.map(({ id }) => id)).size).toBe(domains.length);
  });
});

describe('memory', () => {
  it('answers again without a step, whatever the order, and for each key by itself', () => {
    const budget = new Budget(1000, 1000);
    budget.begin();
    const keys = new KeySolver(budget);
    const first = keys.solve(free, [like('a*'), like('*b')]);
    const { left } = budget;
    expect(left).toBeLessThan(1000);
    expect(keys.solve(free, [like('a*'), like('*b')])).toEqual(first);
    expect(keys.solve(fixed('x'), [like('a*')])).toEqual({ kind: 'none' });
    expect(keys.solve(free, [like('a*')])).toEqual({ kind: 'value', value: ['a'] });
    expect(keys.solve(free, [not(like('a*'))])).toEqual({ kind: 'value', value: null });
    expect(keys.solve(free, [])).toEqual({ kind: 'value', value: null });
  });

  it('holds the same literal objects for the same question', () => {
    const keys = solver(60);
    const question = [is('a'), present];
    for (let i = 0; i < 100; i += 1)
      expect(keys.solve(free, i % 2 === 0 ? question : question.toReversed())).toEqual({ kind: 'value', value: ['a'] });
  });
});
