import { describe, expect, it } from 'vitest';
import { diffPolicies, evaluate, type KeyPolicy, parsePolicy } from '../../shared/policy/index.ts';
import { allow, deny, FOREIGN, KEY_ARN, ownZone, type Part } from '../support/policy-fixtures.ts';

/** Changes that let somebody in and look like none. Each gain is proved by the evaluator. */

const NEW = '2012-10-17';
const OLD = '2008-10-17';
const read = (Version: string, ...Statement: readonly Part[]): KeyPolicy => {
  const { policy } = parsePolicy(JSON.stringify({ Version, Statement }));
  if (policy === null) throw new Error('no policy');
  return policy;
};
const open = (Condition: Part): Part => allow('*', 'kms:Decrypt', { Condition });

/** `public`, `external` and so on, each once; that of the doubtful with a `?`. */
const gained = (before: KeyPolicy, after: KeyPolicy): readonly string[] => {
  const found = diffPolicies({ before, after }, ownZone, { keyArn: KEY_ARN }).gained;
  for (const { witness } of found) {
    if (witness === null) throw new Error('not proved');
    const principalType = witness.principal.startsWith('arn:') ? 'AWS' : 'Service';
    const request = { ...witness, principalType, resource: KEY_ARN } as const;
    expect([before, after].map((one) => evaluate(one, request).decision === 'Allow')).toEqual([false, true]);
  }
  return [...new Set(found.map(({ who, certain }) => `${who}${certain ? '' : ' ?'}`))].filter(
    (who) => !who.startsWith('account') && !who.startsWith('organization'),
  );
};

describe('the same text under another version', () => {
  const variable = '${aws:PrincipalAccount}';
  const own = open({ StringEquals: { 'aws:PrincipalAccount': variable } });

  it('of an Allow: its variable opens it', () => {
    expect(gained(read(OLD, own), read(NEW, own))).toEqual(['public']);
    expect(gained(read(NEW, own), read(OLD, own))).toEqual([]);
  });

  it('of a Deny: its variable no longer stops anybody', () => {
    const stop = deny('kms:*', { StringEquals: { 'aws:PrincipalAccount': variable } });
    const all = allow('*', 'kms:Decrypt');
    expect(gained(read(NEW, all, stop), read(OLD, all, stop))).toEqual(['public']);
    expect(gained(read(OLD, all, stop), read(NEW, all, stop))).toEqual([]);
  });

  it('of a Deny of others', () => {
    const stop = deny('kms:*', { StringNotEquals: { 'aws:PrincipalAccount': variable } });
    const all = allow({ AWS: FOREIGN }, 'kms:Decrypt');
    expect(gained(read(OLD, all, stop), read(NEW, all, stop))).toEqual(['external']);
  });

  it('of a wildcard that an escape took away', () => {
    const tagged = open({ StringLike: { 'aws:PrincipalTag/t': 'a${?}' } });
    const after = open({ StringLike: { 'aws:PrincipalTag/t': 'a$*' } });
    expect(gained(read(OLD, tagged), read(NEW, after))).toEqual(['public']);
  });

  it('without variables is the same', () => {
    const tagged = open({ StringLike: { 'aws:PrincipalTag/t': ['a*', 'b?', '$x'] } });
    expect([gained(read(OLD, tagged), read(NEW, tagged)), gained(read(NEW, tagged), read(OLD, tagged))]).toEqual([
      [],
      [],
    ]);
  });

  it('of a Resource: it may be this key now', () => {
    const one = { ...allow('*', 'kms:Decrypt'), Resource: 'arn:aws:kms:*:*:key/${aws:PrincipalTag/key}' };
    expect(gained(read(OLD, one), read(NEW, one))).toEqual(['public ?', 'service ?']);
  });
});

describe('a condition on a key that nobody knows', () => {
  const unknown = { StringEquals: { 'example:ticket': 'T-1' } };

  it('gone from an Allow lets in who had no such key', () => {
    expect(gained(read(NEW, open(unknown)), read(NEW, allow('*', 'kms:Decrypt')))).toEqual(['public ?', 'service ?']);
    expect(gained(read(NEW, allow('*', 'kms:Decrypt')), read(NEW, open(unknown)))).toEqual([]);
  });

  it('of a Deny that is gone lets in whom it stopped', () => {
    const all = allow('*', 'kms:Decrypt');
    expect(gained(read(NEW, all, deny('kms:*', unknown)), read(NEW, all))).toEqual(['public ?', 'service ?']);
    expect(gained(read(NEW, all), read(NEW, all, deny('kms:*', unknown)))).toEqual([]);
  });
});
