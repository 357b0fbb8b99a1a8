import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPolicy, policyHash, samePolicy } from '../shared/policy-text.ts';

const account = '111122223333';
const root = `arn:aws:iam::${account}:root`;
const reader = `arn:aws:iam::${account}:role/reader`;
const base = {
  Version: '2012-10-17',
  Id: 'key-1',
  Statement: [
    { Sid: 'Root', Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
    {
      Sid: 'Use',
      Effect: 'Allow',
      Principal: { AWS: [reader, root], Service: 'logs.eu-west-1.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:Encrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-own0000001' }, Bool: { 'aws:SecureTransport': 'true' } },
    },
  ],
} as const;
const [rootStatement, use] = base.Statement;
const text = (document: unknown): string => JSON.stringify(document);
const withUse = (changes: object) => ({ ...base, Statement: [rootStatement, { ...use, ...changes }] });

describe('the same policy', () => {
  it.each<[string, unknown]>([
    ['white space', JSON.parse(JSON.stringify(base))],
    ['order of statements', { ...base, Statement: base.Statement.toReversed() }],
    ['order of elements', Object.fromEntries(Object.entries(base).toReversed())],
    ['order of a list', withUse({ Action: ['kms:Encrypt', 'kms:Decrypt'] })],
    ['case of actions', withUse({ Action: ['KMS:decrypt', 'kms:ENCRYPT'] })],
    ['one value or a list of it', withUse({ Resource: ['*'] })],
    ['an account by its id', withUse({ Principal: { ...use.Principal, AWS: [account, reader] } })],
    [
      'case of operators and keys, a boolean as such',
      withUse({
        Condition: { bool: { 'AWS:SecureTransport': true }, stringequals: { 'aws:principalorgid': ['o-own0000001'] } },
      }),
    ],
    ['the same statement twice', { ...base, Statement: [...base.Statement, rootStatement] }],
  ])('whatever the %s', (_, other) => {
    expect(samePolicy(text(base), JSON.stringify(other, null, 3))).toBe(true);
    expect(policyHash(text(base))).toBe(policyHash(text(other)));
  });

  it('everybody may be written in two ways, and a single statement without its list', () => {
    const one = (principal: unknown) => ({
      Version: '2012-10-17',
      Statement: { ...rootStatement, Principal: principal },
    });
    expect(samePolicy(text(one('*')), text({ ...one({ AWS: ['*'] }), Statement: [one({ AWS: '*' }).Statement] }))).toBe(
      true,
    );
  });
});

describe('another policy', () => {
  it.each<[string, unknown]>([
    ['another action', withUse({ Action: ['kms:Decrypt'] })],
    ['another effect', withUse({ Effect: 'Deny' })],
    ['another principal', withUse({ Principal: { AWS: reader } })],
    ['an account instead of its role', withUse({ Principal: { ...use.Principal, AWS: [root] } })],
    ['the same name as a service', withUse({ Principal: { Service: root } })],
    ['everybody but', withUse({ Principal: undefined, NotPrincipal: use.Principal })],
    ['another value', withUse({ Condition: { ...use.Condition, Bool: { 'aws:SecureTransport': 'false' } } })],
    ['no condition', withUse({ Condition: undefined })],
    ['another Sid', withUse({ Sid: 'Other' })],
    ['another version, which turns variables off', { ...base, Version: '2008-10-17' }],
    ['a statement less', { ...base, Statement: [rootStatement] }],
    ['the case of a role', withUse({ Principal: { ...use.Principal, AWS: [root, reader.toUpperCase()] } })],
  ])('with %s', (_, other) => {
    expect(samePolicy(text(base), text(other))).toBe(false);
  });

  it('of a text that is no policy only itself is the same', () => {
    const twice = '{"Version":"2012-10-17","Version":"2008-10-17","Statement":[]}';
    expect(samePolicy(twice, '{"Version":"2008-10-17","Statement":[]}')).toBe(false);
    expect(samePolicy('not json', ' not json\n')).toBe(true);
    expect(samePolicy('[]', '{}')).toBe(false);
  });

  it('nothing makes it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"Statement":${json}}`),
        ),
        (any) => {
          expect(canonicalPolicy(any)).toBeTypeOf('string');
        },
      ),
      { numRuns: 500 },
    );
    expect(canonicalPolicy('['.repeat(30_000))).toBeTypeOf('string');
  });
});
