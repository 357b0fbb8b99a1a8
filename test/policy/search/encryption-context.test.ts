import { describe, expect, it } from 'vitest';
import { encryptionContextFindings } from '../../../shared/policy/index.ts';
import { contextChoices } from '../../../shared/policy/search/encryption-context.ts';
import { allow, analysisOf, deny, type Part, policyOf } from '../../support/policy-fixtures.ts';

/** The names of an encryption context as a list, and its values by name, are one thing. */

const KEYS = 'kms:EncryptionContextKeys';
const APP = 'kms:EncryptionContext:App';

const open = (Condition: Part): Part => allow('*', 'kms:Decrypt', { Condition });
const stop = (Condition: Part): Part => deny('kms:*', Condition);

const asked = (...statements: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf(statements);
  const found = access.find((one) => one.who === 'public');
  return { public: found !== undefined, complete, uncertified, context: found?.witness?.context ?? {} };
};

const unlessListed = stop({ 'ForAllValues:StringNotEquals': { [KEYS]: 'App' } });

describe('names and values of an encryption context', () => {
  it.each<[string, readonly Part[], Part]>([
    [
      'a value needs its name',
      [open({ StringEquals: { [APP]: 'billing' } }), unlessListed],
      { [APP]: 'billing', [KEYS]: 'App' },
    ],
    [
      'two values need two names',
      [open({ StringEquals: { [APP]: 'x', 'kms:EncryptionContext:Env': 'y' }, Null: { [KEYS]: 'false' } })],
      { [KEYS]: ['app', 'env'] },
    ],
    [
      'a list of others has no value',
      [open({ 'ForAnyValue:StringEquals': { [KEYS]: 'Env' }, Null: { [APP]: 'true' } })],
      { [KEYS]: 'Env' },
    ],
    ['no context at all', [open({ Null: { [APP]: 'true', [KEYS]: 'true' } })], {}],
  ])('%s', (_name, statements, context) => {
    const found = asked(...statements);
    expect(found).toMatchObject({ public: true, complete: true, uncertified: 0, context });
    expect(APP in found.context).toBe(APP in context || 'kms:EncryptionContext:Env' in found.context);
  });

  it.each<[string, readonly Part[]]>([
    ['a value without its name', [open({ StringEquals: { [APP]: 'billing' } }), stop({ Null: { [KEYS]: 'false' } })]],
    ['a name without its value', [open({ 'ForAnyValue:StringEquals': { [KEYS]: 'App' }, Null: { [APP]: 'true' } })]],
    ['names ignore case', [open({ 'ForAnyValue:StringEquals': { [KEYS]: 'aPP' }, Null: { [APP]: 'true' } })]],
    [
      'a value whose name the list leaves out',
      [open({ StringEquals: { [APP]: 'billing' }, 'ForAllValues:StringEquals': { [KEYS]: ['Env', 'Team'] } })],
    ],
    [
      'a Deny of the value and an Allow of the name',
      [open({ 'ForAnyValue:StringEquals': { [KEYS]: 'App' } }), stop({ Null: { [APP]: 'false' } })],
    ],
  ])('nobody: %s', (_name, statements) => {
    expect(asked(...statements)).toMatchObject({ public: false, complete: true, uncertified: 0 });
  });

  it('does not bind actions that carry no context', () => {
    const found = analysisOf([
      allow('*', 'kms:DescribeKey', { Condition: { Null: { [APP]: 'true', [KEYS]: 'true' } } }),
    ]);
    expect(found).toMatchObject({ public: true, complete: true, uncertified: 0 });
  });

  it('keeps what the rule about a missing context says', () => {
    expect(encryptionContextFindings(policyOf(open({ StringEquals: { [APP]: 'x' } })))).toEqual([]);
  });
});

describe('contextChoices', () => {
  const names = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `kms:encryptioncontext:${i}`);

  it('goes through every way the names can be there', () => {
    const found = contextChoices(new Set(['kms:encryptioncontextkeys', ...names(2)]));
    expect(found.map((one) => one?.present.length)).toEqual([0, 1, 1, 2]);
    expect(found.every((one) => one !== undefined && one.present.length + one.absent.length === 2)).toBe(true);
  });

  it.each([
    ['without the list', names(3)],
    ['without a name', ['kms:encryptioncontextkeys']],
    ['without any', []],
  ])('does nothing %s', (_name, keys) => {
    expect(contextChoices(new Set(keys))).toEqual([undefined]);
  });

  it('leaves names beyond the fifth on their own', () => {
    expect(contextChoices(new Set(['kms:encryptioncontextkeys', ...names(40)]))).toHaveLength(32);
  });
});
