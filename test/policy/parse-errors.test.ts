import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../shared/policy/parse.ts';

/** The whole sentence of each error: people read it beside the path. */
const errorsOf = (...statements: readonly unknown[]): readonly string[] => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return parsed.kind === 'policy' ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`);
};
const good = { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
const LONG = 'x'.repeat(300);

describe('the errors of a statement', () => {
  it.each([
    ['text', '', 'a statement is a JSON object'],
    [{ ...good, Effect: 'allow' }, '.Effect', 'Effect is "Allow" or "Deny", spelled like that'],
    [{ ...good, Sid: 1 }, '.Sid', 'a Sid is a string'],
    [{ ...good, Sid: null }, '.Sid', 'a Sid is a string'],
    [{ ...good, NotAction: 'kms:*' }, '.NotAction', 'a statement has Action or NotAction, not both'],
    [{ ...good, NotResource: '*' }, '.NotResource', 'a statement has Resource or NotResource, not both'],
    [{ ...good, Action: 'Decrypt' }, '.Action[0]', '"Decrypt" is not an action such as kms:Decrypt'],
    [{ ...good, Action: undefined, NotAction: 'X' }, '.NotAction[0]', '"X" is not an action such as kms:Decrypt'],
    [{ ...good, Action: [] }, '.Action', 'an empty list'],
    [{ ...good, Resource: 1 }, '.Resource', 'expected a string'],
    [{ ...good, Resource: ['*', 1] }, '.Resource[1]', 'expected a string'],
    [{ ...good, NotPrincipal: '*' }, '.NotPrincipal', 'a statement has Principal or NotPrincipal, not both'],
    [{ ...good, Principal: undefined }, '.Principal', 'a key policy statement names a Principal'],
    [{ ...good, Principal: {} }, '.Principal', 'Principal is "*" or an object'],
    [{ ...good, Principal: undefined, NotPrincipal: 'x' }, '.NotPrincipal', 'Principal is "*" or an object'],
    [{ ...good, Principal: { X: 'y' } }, '.Principal.X', '"y": X is not a type of principal in a key policy'],
    [
      { ...good, Principal: { X: [LONG] } },
      '.Principal.X[0]',
      `"${'x'.repeat(200)}": X is not a type of principal in a key policy`,
    ],
    [{ ...good, Condition: [] }, '.Condition', 'Condition is an object of operators'],
    [{ ...good, Condition: { Same: {} } }, '.Condition.Same', 'not a condition operator'],
    [{ ...good, Condition: { Bool: 'x' } }, '.Condition.Bool', 'an operator holds an object of condition keys'],
    [
      { ...good, Condition: { 'ForAllValues:StringEquals': { 'AWS:RequestTag/a': 'x' } } },
      '.Condition.ForAllValues:StringEquals.AWS:RequestTag/a',
      'KMS refuses ForAllValues with this key: it has one value',
    ],
    [
      { ...good, Condition: { Bool: { a: ['true', null] } } },
      '.Condition.Bool.a[1]',
      'a condition value is a string, a number or a boolean',
    ],
  ])('%j', (statement, path, message) => {
    expect(errorsOf(good, statement)).toEqual([`$.Statement[1]${path}: ${message}`]);
  });

  it.each([
    [{ ...good, Sid: '' }],
    [{ ...good, Action: '*' }],
    [{ ...good, Resource: 'x' }],
    [{ ...good, Condition: { StringEquals: { 'kms:EncryptionContext:a': 'x' } } }],
    [{ ...good, Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' } } }],
  ])('none in %j', (statement) => {
    expect(errorsOf(statement)).toEqual([]);
  });
});

describe('what is read', () => {
  it('keeps names, values and places as they are written', () => {
    const Condition = { NumericEquals: { 'KMS:X': [1, 'a', true] } };
    const { policy } = parsePolicy(
      JSON.stringify({
        Statement: [
          { ...good, Sid: '', Condition },
          { ...good, Sid: 'b' },
        ],
      }),
    );
    expect(policy?.version).toBe('2008-10-17');
    expect(policy?.statements.map(({ index, sid }) => [index, sid])).toEqual([
      [0, null],
      [1, 'b'],
    ]);
    expect(policy?.statements[0]?.conditions).toMatchObject([
      { key: 'KMS:X', name: 'kms:x', values: ['1', 'a', 'true'] },
    ]);
  });
});
