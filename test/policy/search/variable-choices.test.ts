import { describe, expect, it } from 'vitest';
import { allow, analysisOf, deny, type Part } from '../../support/policy-fixtures.ts';

/** Conditions that compare one key of the request with another. */

const TEAM = 'aws:PrincipalTag/team';
const OTHER = 'aws:PrincipalTag/other';
const same = { StringEquals: { [TEAM]: `\${${OTHER}}` } };

const open = (Condition: Part, ...more: readonly Part[]): readonly Part[] => [
  allow('*', 'kms:Decrypt', { Condition }),
  ...more,
];

const solved = (statements: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf(statements);
  const found = access.filter(({ who }) => who === 'public').map(({ witness }) => witness?.context ?? null);
  return { found, complete, uncertified, public: found.length > 0 };
};

describe('a stranger finds values that agree', () => {
  it.each<readonly [string, readonly Part[], Part]>([
    [
      'with his user name',
      open({ StringEquals: { [TEAM]: '${aws:username}' } }),
      { [TEAM]: 'any', 'aws:username': 'any' },
    ],
    ['with another tag', open(same), { [TEAM]: 'any', [OTHER]: 'any' }],
    [
      'with another tag that is pinned',
      open({ StringEquals: { ...same.StringEquals, [OTHER]: 'x' } }),
      { [TEAM]: 'x', [OTHER]: 'x' },
    ],
    [
      'with one of two lists that have one value in common',
      open({ StringEquals: { ...same.StringEquals, [OTHER]: ['p', 'q'] }, StringLike: { [TEAM]: ['q', 'r'] } }),
      { [TEAM]: 'q', [OTHER]: 'q' },
    ],
    [
      'with a pattern around the variable',
      open({ StringLike: { [TEAM]: `x-\${${OTHER}}-y`, [OTHER]: 'a*' } }),
      { [TEAM]: 'x-a-y', [OTHER]: 'a' },
    ],
    [
      'with the default of an absent key',
      open({ StringEquals: { [TEAM]: `\${${OTHER}, 'none'}` }, Null: { [OTHER]: 'true' } }),
      { [TEAM]: 'none' },
    ],
    [
      'with what a Deny spares',
      open({ StringEquals: { [TEAM]: 'a' } }, deny('kms:*', { StringNotEquals: { [TEAM]: `\${${OTHER}}` } })),
      { [TEAM]: 'a', [OTHER]: 'a' },
    ],
    [
      'with his own kind',
      open({}, deny('kms:*', { StringNotEquals: { [TEAM]: '${aws:PrincipalType}' } })),
      { [TEAM]: 'AssumedRole', 'aws:PrincipalType': 'AssumedRole' },
    ],
    ['with itself', open({ StringEquals: { [TEAM]: `\${${TEAM}}` } }), { [TEAM]: 'any' }],
    [
      'in truth',
      open({ Bool: { 'aws:MultiFactorAuthPresent': '${aws:SecureTransport}' } }),
      { 'aws:MultiFactorAuthPresent': 'true' },
    ],
    [
      'in the other truth',
      open({ Bool: { 'aws:MultiFactorAuthPresent': '${aws:ViaAWSService}' } }),
      { 'aws:MultiFactorAuthPresent': 'false', 'aws:ViaAWSService': 'false' },
    ],
    [
      'with one of few values',
      open({ Bool: { 'aws:SecureTransport': '${aws:MultiFactorAuthPresent}' } }),
      { 'aws:MultiFactorAuthPresent': 'true' },
    ],
    [
      'with the default for a key of few values',
      open({
        StringEquals: { [TEAM]: "${aws:MultiFactorAuthPresent, 'none'}" },
        Null: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
      { [TEAM]: 'none' },
    ],
    [
      'with the last of long lists',
      open({
        StringEquals: { ...same.StringEquals, [OTHER]: ['p', 'q', 'r', 's', 't'] },
        StringLike: { [TEAM]: ['t', 'u*'] },
      }),
      { [TEAM]: 't', [OTHER]: 't' },
    ],
  ])('%s', (_name, statements, wanted) => {
    const { found, complete, uncertified } = solved(statements);
    expect([complete, uncertified]).toEqual([true, 0]);
    expect(found[0]).toMatchObject(wanted);
  });

  it('or leaves the key out when it must differ', () => {
    const { found, complete } = solved(open({ StringNotEquals: { [TEAM]: `\${${OTHER}}` } }));
    expect([complete, found[0] !== null && !(TEAM in (found[0] ?? {}))]).toEqual([true, true]);
  });

  it('also with a part of a name or an id', () => {
    const { found, uncertified } = solved(open({ StringLike: { 'aws:userid': `*:\${${TEAM}}` } }));
    const [context] = found;
    expect(String(context?.['aws:userid']).endsWith(`:${String(context?.[TEAM])}`)).toBe(true);
    expect(uncertified).toBe(0);
  });
});

describe('no values agree', () => {
  it.each<readonly [string, readonly Part[]]>([
    [
      'a role has no user name',
      open({ StringEquals: { [TEAM]: '${aws:username}', 'aws:PrincipalType': 'AssumedRole' } }),
    ],
    ['the account of the key is not his', open({ StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } })],
    [
      'the organization of the key is not his',
      open({ StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } }),
    ],
    [
      'the ARN names the account of the key',
      open({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::${aws:ResourceAccount}:role/*' } }),
    ],
    ['an absent key has no value', open({ ...same, Null: { [OTHER]: 'true' } })],
    [
      'the one value of few that would agree is excluded',
      open({ Bool: { 'aws:SecureTransport': '${aws:MultiFactorAuthPresent}', 'aws:MultiFactorAuthPresent': 'false' } }),
    ],
    [
      'the value that would agree is absent',
      open({
        Bool: { 'aws:SecureTransport': '${aws:MultiFactorAuthPresent}' },
        Null: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
    ],
    ['two of few values never agree', open({ StringEquals: { 'aws:PrincipalType': '${aws:MultiFactorAuthPresent}' } })],
    ['a number is never a variable', open({ NumericEquals: { 'aws:MultiFactorAuthAge': `\${${TEAM}}` } })],
    ['a tag that differs from itself', open({ StringNotEquals: { [TEAM]: `\${${TEAM}}` }, Null: { [TEAM]: 'false' } })],
    ['a star that is meant is a star, and no tag has one', open({ StringLike: { [TEAM]: '${*}' } })],
  ])('%s', (_name, statements) => {
    expect(solved(statements)).toEqual({ found: [], complete: true, uncertified: 0, public: false });
  });
});

describe('what cannot be gone through completely counts as access', () => {
  it.each<readonly [string, readonly Part[]]>([
    [
      'two tags pinned to different values',
      open({ StringEquals: { ...same.StringEquals, [OTHER]: 'x' }, StringLike: { [TEAM]: 'y*' } }),
    ],
    [
      'a Deny unless they agree, and they are pinned apart',
      open(
        { StringEquals: { [TEAM]: 'a', [OTHER]: 'b' } },
        deny('kms:*', { StringNotEquals: { [TEAM]: `\${${OTHER}}` } }),
      ),
    ],
  ])('%s', (_name, statements) => {
    const { found, complete, uncertified } = solved(statements);
    expect([found[0], complete, uncertified]).toEqual([null, false, 0]);
  });
});

describe('many variables', () => {
  const tag = (i: number): string => `aws:PrincipalTag/t${i}`;
  const count = 12;
  const chain = Object.fromEntries(Array.from({ length: count }, (_, i) => [tag(i), `\${${tag(i + 1)}}`]));

  it('in a chain are all the same', () => {
    const { found, complete } = solved(open({ StringEquals: { ...chain, [tag(count)]: 'end' } }));
    const [context] = found;
    if (complete)
      expect(Array.from({ length: count + 1 }, (_, i) => context?.[tag(i)])).toEqual(Array(count + 1).fill('end'));
    expect(found.length).toBeGreaterThan(0);
  });

  it('are still a plain no when something else excludes a stranger', () => {
    const Condition = { StringEquals: { ...chain, 'aws:PrincipalAccount': '111122223333' } };
    expect(solved(open(Condition))).toEqual({ found: [], complete: true, uncertified: 0, public: false });
  });
});
