import { describe, expect, it } from 'vitest';
import type { KeyPolicy } from '../../../shared/policy/index.ts';
import { generic } from '../../../shared/policy/search/callers.ts';
import { open as anything } from '../../../shared/policy/search/domain.ts';
import { Engine } from '../../../shared/policy/search/engine.ts';
import { relaxed } from '../../../shared/policy/search/relaxed.ts';
import { allow, analysisOf, deny, KEY_ARN, OWN, ownZone, type Part, policyOf } from '../../support/policy-fixtures.ts';

/** Conditions on a key whose value is a variable: what can be said without knowing the variable. */

const TAG = 'aws:PrincipalTag/team';
const OWN_TAG = '${aws:PrincipalTag/team}';
const KEY_TAG = 'aws:ResourceTag/team';

const open = (Condition: Part): Part => allow('*', 'kms:Decrypt', { Condition });
const stop = (Condition: Part): Part => deny('kms:*', Condition);
const present = { Null: { [TAG]: 'false' } };

const outside = (...statements: readonly Part[]) => {
  const { access, complete, uncertified } = analysisOf(statements);
  const who = [...new Set(access.map((one) => one.who))].filter((one) => one === 'public' || one === 'service');
  return { who, complete, uncertified };
};
const known = (...who: readonly string[]) => ({ who, complete: true, uncertified: 0 });

describe('a tag compared with itself', () => {
  it.each<[string, readonly Part[], readonly string[]]>([
    ['equals: it is there', [open({ StringEquals: { [TAG]: OWN_TAG } })], ['public']],
    ['is like: it is there', [open({ StringLike: { [TAG]: OWN_TAG } })], ['public']],
    ['one of a list is enough', [open({ StringEquals: { [TAG]: ['other', OWN_TAG] } })], ['public']],
    ['does not equal: it is not there', [open({ StringNotEquals: { [TAG]: OWN_TAG } })], ['public', 'service']],
    ['does not equal, and is there', [open({ StringNotEquals: { [TAG]: OWN_TAG }, ...present })], []],
    ['equals, with IfExists', [open({ StringEqualsIfExists: { [TAG]: OWN_TAG } })], ['public', 'service']],
    [
      'a Deny of it leaves those without',
      [open({}), stop({ StringEquals: { [TAG]: OWN_TAG } })],
      ['public', 'service'],
    ],
    [
      'a Deny of it, and of none',
      [open({}), stop({ StringEquals: { [TAG]: OWN_TAG } }), stop({ Null: { [TAG]: 'true' } })],
      [],
    ],
    [
      'a Deny of not it harms nobody who has it',
      [open(present), stop({ StringNotEquals: { [TAG]: OWN_TAG } })],
      ['public'],
    ],
  ])('%s', (_name, statements, who) => {
    expect(outside(...statements)).toEqual(known(...who));
  });

  it('is a condition like any other when there is more to the value', () => {
    expect(outside(open({ StringLike: { [TAG]: `${OWN_TAG}*` } }))).toEqual(known('public'));
  });
});

describe('a tag compared with another', () => {
  const same = { StringEquals: { [TAG]: '${aws:ResourceTag/team}' } };

  it('keeps services out, which have no principal tags', () => {
    expect(outside(open(same))).toEqual(known('public'));
  });

  it('lets services in where a missing tag passes', () => {
    expect(outside(open({ StringNotEquals: { [TAG]: '${aws:ResourceTag/team}' } }))).toEqual(
      known('public', 'service'),
    );
  });

  it.each<[string, readonly Part[], readonly string[]]>([
    ['a Deny that says the same', [open(same), stop(same)], []],
    [
      'a Deny that says it in other order',
      [
        open({ StringEquals: { [KEY_TAG]: [OWN_TAG, 'shared'] } }),
        stop({ stringequals: { [KEY_TAG]: ['shared', OWN_TAG] } }),
      ],
      [],
    ],
    [
      'a Deny that asks for more',
      [open(same), stop({ ...same, Bool: { 'aws:MultiFactorAuthPresent': 'false' } })],
      ['public'],
    ],
    ['a Deny of others', [open(same), stop({ StringNotEquals: { [TAG]: '${aws:ResourceTag/team}' } })], ['public']],
    [
      'a Deny that services do not meet',
      [
        allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt'),
        stop({ StringEquals: { [TAG]: '${aws:ResourceTag/team}' } }),
      ],
      ['service'],
    ],
    [
      'a Deny that services cannot escape',
      [
        allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt'),
        stop({ StringNotEquals: { [TAG]: '${aws:ResourceTag/team}' } }),
      ],
      [],
    ],
  ])('%s', (_name, statements, who) => {
    expect(outside(...statements)).toEqual(known(...who));
  });
});

describe('what a fact says', () => {
  const stops = policyOf(stop({ StringEquals: { [TAG]: '${aws:username}' } }));

  it.each<[string, KeyPolicy['version'], number]>([
    ['is no way out of a Deny that says the same', '2012-10-17', 1],
    ['is another thing under the version without variables', '2008-10-17', 0],
  ])('%s', (_name, version, kept) => {
    const older = { ...stops, version };
    const engine = new Engine({ policies: [older, stops], zone: ownZone, keyArn: KEY_ARN });
    const usesOf = (policy: KeyPolicy) =>
      (engine.clauses.get(policy) ?? []).map((clause) => ({ clause, side: 'must' as const }));
    const base = { partition: 'aws', account: OWN, standing: 'own', orgs: [null], reach: 'free' } as const;
    const [action] = engine.actions;
    if (action === undefined) throw new Error('no action');
    const { avoid } = relaxed(
      { caller: generic('user', base), action, facts: usesOf(older), avoid: usesOf(stops) },
      { variables: new Map(), present: new Set(['aws:username']) },
      () => anything({ absent: 'may' }),
    );
    expect(avoid).toHaveLength(kept);
  });
});
