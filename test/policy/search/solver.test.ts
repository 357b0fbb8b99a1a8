import { describe, expect, it } from 'vitest';
import { allow, analysisOf, deny, type Part } from '../../support/policy-fixtures.ts';

/** Denies that meet each other: to escape one may walk into another, which was no danger before. */

const tag = (name: string): string => `aws:PrincipalTag/${name}`;
const team = allow('*', 'kms:Decrypt', { Condition: { StringEqualsIfExists: { [tag('a')]: 'x' } } });
const stop = (Condition: Part): Part => deny('kms:*', Condition);

const asked = (...denies: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf([team, ...denies]);
  const context = access.find((one) => one.who === 'public')?.witness?.context ?? null;
  const tags = context === null ? null : Object.keys(context).filter((key) => key.startsWith('aws:PrincipalTag/'));
  return { tags: tags?.toSorted(), complete, uncertified };
};

const withoutBoth = stop({ Null: { [tag('a')]: 'true', [tag('c')]: 'true' } });
const xWithoutC = stop({ StringEquals: { [tag('a')]: 'x' }, Null: { [tag('c')]: 'true' } });
const xWithC = stop({ StringEquals: { [tag('a')]: 'x' }, Null: { [tag('c')]: 'false' } });

describe('Denies that meet each other', () => {
  it.each<[string, readonly Part[]]>([
    ['an earlier one', [xWithoutC, withoutBoth]],
    ['a later one', [withoutBoth, xWithoutC]],
  ])('escaping one sets off %s', (_name, denies) => {
    expect(asked(...denies)).toEqual({ tags: [tag('a'), tag('c')], complete: true, uncertified: 0 });
  });

  it('goes back when a way out is none, and leaves nothing of it behind', () => {
    const neither = stop({ Null: { [tag('a')]: 'true', [tag('d')]: 'true' } });
    expect(asked(xWithoutC, xWithC, neither)).toEqual({ tags: [tag('d')], complete: true, uncertified: 0 });
  });

  it('says no when every way out leads into another', () => {
    const absent = stop({ Null: { [tag('a')]: 'true' } });
    expect(asked(xWithoutC, xWithC, absent)).toMatchObject({ complete: true, uncertified: 0 });
    expect(analysisOf([team, xWithoutC, xWithC, absent]).public).toBe(false);
  });
});
