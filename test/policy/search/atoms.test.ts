import { describe, expect, it } from 'vitest';
import type { Condition, KeyPolicy } from '../../../shared/policy/document.ts';
import { matchCondition } from '../../../shared/policy/evaluator/match-condition.ts';
import { AtomStore, entryOf } from '../../../shared/policy/search/atoms.ts';
import { Budget } from '../../../shared/policy/search/budget.ts';
import { KeySolver } from '../../../shared/policy/search/solve-key.ts';
import { TestStore } from '../../../shared/policy/search/value-test.ts';
import { allow, policyOf } from '../../support/policy-fixtures.ts';

/** One condition against one request: the search's reading, for both sides, must be the evaluator's. */

const budget = new Budget(1e9, 1e9);
budget.begin();

const TAG = 'aws:PrincipalTag/t';
const LIST = 'kms:EncryptionContextKeys';
const NAME = 'aws:username';

type Values = readonly string[] | null;

const conditionOf = (operator: string, key: string, values: readonly string[]): Condition => {
  const { statements } = policyOf(allow('*', 'kms:*', { Condition: { [operator]: { [key]: values } } }));
  const [condition] = statements[0]?.conditions ?? [];
  if (condition === undefined) throw new Error(operator);
  return condition;
};

const both = (
  condition: Condition,
  value: Values,
  more: { readonly name?: Values; readonly version?: KeyPolicy['version'] } = {},
) => {
  const { name = null, version = '2012-10-17' } = more;
  const context = new Map<string, readonly string[]>();
  if (value !== null) context.set(condition.name, value);
  if (name !== null) context.set(NAME, name);
  const atoms = new AtomStore(new TestStore());
  const keys = new KeySolver(budget);
  const entry = entryOf(condition, version);
  const variables = new Map([[NAME, name] as const, [condition.name, value] as const]);
  const truth = (side: 'may' | 'must') => keys.truth(atoms.of(entry, side, variables), value);
  const { may, must } = matchCondition(condition, context, version);
  return { search: { may: truth('may'), must: truth('must') }, evaluator: { may, must } };
};

const SINGLE: readonly (readonly [readonly string[], readonly (readonly string[])[], readonly string[]])[] = [
  [
    [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
      'BinaryEquals',
    ],
    [['a'], ['a', 'B'], ['A*'], ['?'], ['a*b', '*'], []],
    ['a', 'A', 'b', 'B', 'A*', 'ab', 'a*b', '', '*'],
  ],
  [
    ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    [
      ['arn:aws:iam::1:role/x'],
      ['arn:aws:iam::*:role/*'],
      ['arn:aws:iam'],
      ['arn:*', 'arn:aws:iam::1:user/?'],
      ['arn:aws:iam:*:x'],
      [],
    ],
    [
      'arn:aws:iam::1:role/x',
      'arn:aws:iam::1:user/a',
      'arn:aws:iam',
      'arn:aws',
      'x',
      'arn:aws:iam::1:role/x:y',
      'arn:aws:iam:1:x',
    ],
  ],
  [
    [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    [['5'], ['5', '7.5'], ['x'], ['x', '6'], []],
    ['4', '5', '5.0', '6', '7.5', '8', 'x', '', '-1', '1e1'],
  ],
  [
    ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
    [['2030-01-01'], ['2030-01-01T00:00:00Z', '1924992000'], ['soon'], []],
    ['2029-12-31T23:59:59Z', '2030', '2030-01-01T01:00:00+01:00', '1924992000', '2031-01-01', 'soon', ''],
  ],
  [['Bool'], [['true'], ['TRUE', 'x'], ['false', 'true'], ['x'], []], ['true', 'True', 'false', 'x', '']],
  [
    ['IpAddress', 'NotIpAddress'],
    [['203.0.113.0/24'], ['203.0.113.7'], ['2001:db8::/32', '10.0.0.0/8'], ['x'], ['0.0.0.0/0'], []],
    ['203.0.113.7', '203.0.113.8', '10.1.1.1', '2001:db8::1', '11.0.0.0', 'x', '', '203.0.113.0/24'],
  ],
];

const QUALIFIED = ['', 'ForAnyValue:', 'ForAllValues:'].flatMap((before) =>
  ['', 'IfExists'].map((after) => [before, after] as const),
);

describe.each(QUALIFIED)('%sX%s', (before, after) => {
  it.each(SINGLE)('%j', (operators, policies, values) => {
    for (const operator of operators) {
      for (const wanted of policies) {
        for (const key of [TAG, LIST, 'my:key']) {
          const condition = conditionOf(`${before}${operator}${after}`, key, wanted);
          for (const value of [null, ...values.map((one) => [one]), values.slice(0, 2), values.slice(1, 3), values]) {
            const { search, evaluator } = both(condition, value);
            expect({ operator, wanted, key, value, ...search }).toEqual({ operator, wanted, key, value, ...evaluator });
          }
        }
      }
    }
  });
});

describe('Null', () => {
  it.each([[['true']], [['false']], [['TRUE']], [['False']], [['true', 'false']], [['x']], [[]]])('%j', (wanted) => {
    for (const key of [TAG, LIST]) {
      for (const value of [null, ['a'], ['a', 'b']]) {
        const { search, evaluator } = both(conditionOf('Null', key, wanted), value);
        expect({ wanted, key, value, ...search }).toEqual({ wanted, key, value, ...evaluator });
      }
    }
  });
});

describe('variables', () => {
  const TEXTS = [
    '${aws:username}',
    'x-${aws:username}-y',
    '${AWS:UserName}',
    '${aws:username}${aws:username}',
    "${aws:username, 'none'}",
    "${aws:username,'none'}*",
    '${ aws:username }',
    '${*}',
    'a${?}${$}',
    '${*}*',
    '${aws:username',
    '$aws:username}',
    '${}',
    '${no:such}',
    "${no:such, 'none'}",
    'plain',
  ];
  const VALUES = [
    'ann',
    'x-ann-y',
    'annann',
    'none',
    'nonesuch',
    '*',
    '*x',
    'a?$',
    '${aws:username}',
    'a*',
    'aab',
    'plain',
    '${aws:username',
    '$aws:username}',
    '${}',
    '${*}',
    '',
  ];

  it.each([
    ['StringEquals'],
    ['StringNotEquals'],
    ['StringEqualsIgnoreCase'],
    ['StringLike'],
    ['StringNotLike'],
    ['ForAnyValue:StringLike'],
    ['NumericEquals'],
    ['BinaryEquals'],
  ])('%s', (operator) => {
    for (const version of ['2012-10-17', '2008-10-17'] as const) {
      for (const text of TEXTS) {
        for (const name of [null, ['ann'], ['a*'], ['a', 'b']]) {
          for (const value of VALUES) {
            const { search, evaluator } = both(conditionOf(operator, TAG, [text]), [value], { name, version });
            expect({ version, text, name, value, ...search }).toEqual({ version, text, name, value, ...evaluator });
          }
        }
      }
    }
  });

  it('in ARNs and truths', () => {
    for (const [operator, text, name, value] of [
      ['ArnLike', 'arn:aws:iam::1:role/${aws:username}', 'ann', 'arn:aws:iam::1:role/ann'],
      ['ArnLike', 'arn:aws:iam::1:role/${aws:username}', 'a*', 'arn:aws:iam::1:role/ann'],
      ['ArnNotLike', 'arn:aws:iam::1:role/${aws:username}', 'ann', 'arn:aws:iam::1:role/ann'],
      ['Bool', '${aws:username}', 'true', 'true'],
      ['Bool', '${aws:username}', 'true', 'false'],
    ] as const) {
      const { search, evaluator } = both(conditionOf(operator, TAG, [text]), [value], { name: [name] });
      expect({ operator, text, name, value, ...search }).toEqual({ operator, text, name, value, ...evaluator });
    }
  });
});

describe('an atom', () => {
  it('is made once for a condition, side and variables', () => {
    const atoms = new AtomStore(new TestStore());
    const plain = entryOf(conditionOf('StringEquals', TAG, ['a']), '2012-10-17');
    const bound = entryOf(conditionOf('StringEquals', TAG, ['${aws:username}']), '2012-10-17');
    const as = (...name: readonly string[]) => new Map([[NAME, name]]);
    expect(atoms.of(plain, 'may', new Map())).toBe(atoms.of(plain, 'may', as('ann')));
    expect(atoms.of(bound, 'may', as('ann'))).toBe(atoms.of(bound, 'may', as('ann')));
    const all = [
      atoms.of(plain, 'may', new Map()),
      atoms.of(plain, 'must', new Map()),
      atoms.of(bound, 'may', as('ann')),
      atoms.of(bound, 'must', as('ann')),
      atoms.of(bound, 'may', as('bob')),
      atoms.of(bound, 'may', as('ann', 'bob')),
      atoms.of(bound, 'may', new Map()),
    ];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('reads the epoch as the time it is', () => {
    const entry = entryOf(conditionOf('NumericLessThan', 'aws:EpochTime', ['1893456000']), '2012-10-17');
    const atom = new AtomStore(new TestStore()).of(entry, 'may', new Map());
    const keys = new KeySolver(budget);
    expect(entry.key).toBe('aws:currenttime');
    expect(keys.truth(atom, ['2029-12-31T23:59:59Z'])).toBe(true);
    expect(keys.truth(atom, ['2030-01-01T00:00:00Z'])).toBe(false);
  });
});
