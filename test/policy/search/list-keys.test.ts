import { describe, expect, it } from 'vitest';
import { allow, analysisOf, deny, type Part } from '../../support/policy-fixtures.ts';

/** Keys with several values: tests of every value filter, each test of some value needs a value of its own. */

const CONTEXT = 'kms:EncryptionContextKeys';
const open = (Condition: Part): Part => allow('*', 'kms:Decrypt', { Condition });

const solved = (...statements: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf(statements);
  const found = access.find((one) => one.who === 'public')?.witness?.context[CONTEXT] ?? null;
  return { public: access.some((one) => one.who === 'public'), complete, uncertified, found };
};

describe('keys with several values', () => {
  it.each([
    [
      'one of each',
      { 'ForAnyValue:StringEquals': { [CONTEXT]: 'App' }, 'ForAnyValue:StringLike': { [CONTEXT]: 'Env*' } },
      ['App', 'Env'],
    ],
    [
      'some within all',
      { 'ForAnyValue:StringLike': { [CONTEXT]: '*p' }, 'ForAllValues:StringLike': { [CONTEXT]: 'A*' } },
      'Ap',
    ],
    [
      'all of a list',
      { 'ForAllValues:StringEquals': { [CONTEXT]: ['App', 'Env'] }, Null: { [CONTEXT]: 'false' } },
      'App',
    ],
    [
      'none of a list',
      { 'ForAllValues:StringNotLike': { [CONTEXT]: 'A*' }, 'ForAnyValue:StringLike': { [CONTEXT]: '*p*' } },
      'p',
    ],
    ['nothing at all', { 'ForAllValues:StringEquals': { [CONTEXT]: 'App' } }, null],
  ])('%s', (_name, condition, found) => {
    expect(solved(open(condition))).toEqual({ public: true, complete: true, uncertified: 0, found });
  });

  it.each([
    [
      'some outside all',
      [open({ 'ForAnyValue:StringEquals': { [CONTEXT]: 'App' }, 'ForAllValues:StringEquals': { [CONTEXT]: 'Env' } })],
    ],
    [
      'some that a Deny forbids for each',
      [
        open({ 'ForAnyValue:StringEquals': { [CONTEXT]: 'App' } }),
        deny('kms:*', { 'ForAnyValue:StringLike': { [CONTEXT]: 'A*' } }),
      ],
    ],
    [
      'all and present, against a Deny of each',
      [
        open({ 'ForAllValues:StringLike': { [CONTEXT]: 'A*' }, Null: { [CONTEXT]: 'false' } }),
        deny('kms:*', { 'ForAnyValue:StringLike': { [CONTEXT]: '*' } }),
      ],
    ],
  ])('not %s', (_name, statements) => {
    expect(solved(...statements)).toEqual({ public: false, complete: true, uncertified: 0, found: null });
  });

  it('a Deny of all values leaves the one that has another', () => {
    const denied = deny('kms:*', { 'ForAllValues:StringLike': { [CONTEXT]: 'A*' } });
    const { found, complete } = solved(open({ 'ForAnyValue:StringEquals': { [CONTEXT]: 'App' } }), denied);
    expect(complete).toBe(true);
    expect(found).toHaveLength(2);
    expect(found).toContain('App');
  });
});
