import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../shared/policy/index.ts';
import { Engine } from '../../../shared/policy/search/engine.ts';
import { allow, KEY_ARN, OWN, ownZone, type Part, policyOf, role } from '../../support/policy-fixtures.ts';

/** Which actions a statement covers: the search's reading of Action and Resource against the evaluator's. */

const engineOf = (statement: Part, keyArn: string | null = KEY_ARN) => {
  const policy = policyOf(statement);
  const engine = new Engine({ policies: [policy], zone: ownZone, keyArn });
  const [clause] = engine.clauses.get(policy) ?? [];
  if (clause === undefined) throw new Error('no clause');
  return { policy, engine, clause };
};

const readings = (statement: Part, keyArn: string | null = KEY_ARN) => {
  const { policy, engine, clause } = engineOf(statement, keyArn);
  const allowed = (reading: 'broad' | 'narrow') =>
    engine.actions.filter(
      ({ name }) =>
        evaluate(
          policy,
          {
            principal: `arn:aws:iam::${OWN}:role/A`,
            principalType: 'AWS',
            action: name,
            resource: keyArn,
            context: {},
          },
          reading,
        ).decision === 'Allow',
    );
  const covered = (side: 'may' | 'must') => engine.actions.filter((_, i) => clause.actions[side].has(i));
  const names = (actions: readonly { readonly name: string }[]) => actions.map(({ name }) => name);
  return {
    evaluator: { may: names(allowed('broad')), must: names(allowed('narrow')) },
    search: { may: names(covered('may')), must: names(covered('must')) },
    uncertain: clause.uncertain,
  };
};

const ACTIONS: readonly (string | readonly string[])[] = [
  '*',
  'kms:*',
  'KMS:*',
  'kms:Decrypt',
  'KMS:decrypt',
  'kms:Decryp',
  'kms:decrypt*',
  'kms:Generate*',
  'kms:GenerateDataKey?air',
  'kms:*Key',
  'kms:*Key*',
  'kms:?ncrypt',
  'kms:De*e*',
  'kms:**',
  'kms:NoSuchAction',
  'kms:NoSuch*',
  'k*:Decrypt',
  '?ms:Decrypt',
  'k*:*',
  '*:Decrypt',
  '*:*',
  's3:*',
  's3:GetObject',
  's?:Decrypt',
  ':Decrypt',
  ['kms:Decrypt', 'kms:Encrypt', 's3:*'],
  ['k*:Decrypt', 'kms:Encrypt'],
  ['k*:Decrypt', 'kms:Decrypt'],
];

const RESOURCES = [
  '*',
  KEY_ARN,
  `${KEY_ARN}0`,
  `${KEY_ARN.slice(0, -4)}*`,
  `${KEY_ARN.slice(0, -1)}?`,
  `arn:aws:kms:*:${OWN}:key/*`,
  `arn:aws:kms:*:${OWN}:alias/*`,
  'arn:aws:k*:*:*:key/*',
  'arn:aws:s3:::bucket',
  'arn:aws:*:*:*:*',
  'arn:*',
  'key/*',
];

describe.each(ACTIONS.map((Action) => [Action] as const))('%j', (Action) => {
  it.each([['Action'], ['NotAction']])('as %s', (element) => {
    const { evaluator, search, uncertain } = readings({
      ...allow('*', undefined),
      Action: undefined,
      [element]: Action,
    });
    expect(search).toEqual(evaluator);
    expect(uncertain).toBe(evaluator.may.length !== evaluator.must.length);
  });
});

describe.each(RESOURCES.map((Resource) => [Resource] as const))('%s', (Resource) => {
  it.each([
    ['Resource', KEY_ARN],
    ['NotResource', KEY_ARN],
    ['Resource', null],
    ['NotResource', null],
  ])('as %s of the key %s', (element, keyArn) => {
    const other = `arn:aws:kms:us-east-1:${OWN}:key/another`;
    for (const value of [Resource, [Resource, other], [other, Resource]]) {
      const { evaluator, search } = readings(
        { ...allow('*', ['kms:Sign', 'kms:De*']), Resource: undefined, [element]: value },
        keyArn,
      );
      expect({ value, ...search }).toEqual({ value, ...evaluator });
    }
  });
});

describe('a statement without', () => {
  it.each([['Action'], ['Resource']])('%s covers nothing', (element) => {
    const { search, evaluator } = readings({ ...allow('*', 'kms:*'), [element]: undefined });
    expect([search, evaluator]).toEqual([
      { may: [], must: [] },
      { may: [], must: [] },
    ]);
  });
});

describe('actions that KMS may have by now', () => {
  it('are those that the policy spells out', () => {
    const { engine, clause } = engineOf(allow(role('A'), ['kms:TeleportKey', 'kms:Decrypt']));
    const names = engine.actions.filter((_, i) => clause.actions.must.has(i)).map(({ name }) => name.toLowerCase());
    expect(names.toSorted()).toEqual(['kms:decrypt', 'kms:teleportkey']);
  });

  it.each([['kms:Teleport*'], ['s3:TeleportKey'], ['kms:CreateKey'], ['kms:ListKeys']])('but not %s', (Action) => {
    const known = engineOf(allow(role('A'), 'kms:Decrypt')).engine.actions.length;
    expect(engineOf(allow(role('A'), Action)).engine.actions.length).toBe(known);
  });
});

describe('what a statement reads', () => {
  const keys = (Condition: Part) => engineOf(allow('*', 'kms:*', { Condition })).clause;

  it('its keys and variables, once each, in lower case', () => {
    const { keys: read, boundKeys } = keys({
      StringEquals: {
        'aws:PrincipalTag/Team': '${aws:username}-${AWS:PrincipalTag/team}',
        'kms:EncryptionContext:App': 'x',
      },
      StringLike: { 'aws:principaltag/team': '*' },
    });
    expect(read.toSorted()).toEqual(['aws:principaltag/team', 'aws:username', 'kms:encryptioncontext:app']);
    expect(boundKeys).toEqual(['kms:encryptioncontext:app']);
  });

  it.each<readonly [string, Part, boolean]>([
    ['a known key', { StringEquals: { 'aws:username': 'x' } }, false],
    ['a key that nobody knows', { StringEquals: { 'my:key': 'x' } }, true],
    ['a short ARN', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam' } }, true],
    ['an ARN', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } }, false],
    ['any of a list, or no list', { 'ForAnyValue:StringEqualsIfExists': { 'kms:EncryptionContextKeys': 'x' } }, true],
    ['any of a list', { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'x' } }, false],
    ['all of a list, or no list', { 'ForAllValues:StringEqualsIfExists': { 'kms:EncryptionContextKeys': 'x' } }, false],
    ['a list without a set operator', { StringEquals: { 'kms:EncryptionContextKeys': 'x' } }, true],
    ['whether a list is there', { Null: { 'kms:EncryptionContextKeys': 'true' } }, false],
  ])('is not documented, or is: %s', (_name, Condition, wanted) => {
    expect(keys(Condition).uncertain).toBe(wanted);
  });
});
