import { describe, expect, it } from 'vitest';
import {
  evaluate,
  evaluateBoth,
  explainDecision,
  type KeyRequest,
  withCallerKeys,
} from '../../../shared/policy/index.ts';
import {
  allow,
  delegation,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  type Part,
  policyOf,
  role,
} from '../../support/policy-fixtures.ts';

const ask = (context: KeyRequest['context'] = {}, more: Partial<KeyRequest> = {}): KeyRequest =>
  withCallerKeys({
    principal: `arn:aws:iam::${OWN}:role/App`,
    principalType: 'AWS',
    action: 'kms:Decrypt',
    resource: KEY_ARN,
    context,
    ...more,
  });

/** The decision of one Allow for everybody with this condition. */
const decide = (Condition: unknown, context: KeyRequest['context'] = {}): string =>
  evaluate(policyOf(allow('*', 'kms:*', { Condition })), ask(context)).decision;

describe('operators', () => {
  it.each([
    ['StringEquals', 'a', ['a'], ['A', 'ab']],
    ['StringNotEquals', 'a', ['b', null], ['a']],
    ['StringEqualsIgnoreCase', 'aB', ['Ab'], ['abc']],
    ['StringLike', 'a*?c', ['abc', 'axxbc'], ['ac', 'abcd']],
    ['StringNotLike', 'a*', ['ba', null], ['a']],
    ['StringEquals', '*', ['*'], ['x']],
    ['StringLike', 'a${*}b', ['a*b'], ['axb']],
    ['NumericLessThan', '10', ['9.99', '-3'], ['10', '1e1', 'x', null]],
    ['NumericGreaterThanEquals', '10', ['10', '10.0'], ['9']],
    ['NumericNotEquals', '10', ['11', null], ['10.00']],
    ['DateLessThan', '2030-01-01T00:00:00Z', ['2029-12-31', '1893455999'], ['2030-01-01', 'soon']],
    ['DateGreaterThan', '2030-01-01T02:00:00+02:00', ['2030-01-01T00:00:01Z'], ['2030-01-01T00:00:00Z']],
    ['DateEquals', '2030', ['2030-01-01', '1893456000'], ['2030-01-02']],
    ['Bool', 'TRUE', ['true', 'True'], ['false', 'yes', null]],
    ['IpAddress', '203.0.113.7/24', ['203.0.113.255'], ['203.0.114.0', '2001:db8::1', 'x', '203.0.113.1/32']],
    ['IpAddress', '2001:db8::/33', ['2001:db8:7fff::1'], ['2001:db8:8000::', '32.1.13.184']],
    ['IpAddress', '::ffff:192.0.2.1', ['::ffff:c000:201'], ['192.0.2.1']],
    ['NotIpAddress', '203.0.113.0/24', ['8.8.8.8', null], ['203.0.113.1']],
    ['BinaryEquals', 'QUJD', ['QUJD'], ['QUJE']],
    ['StringEqualsIfExists', 'a', ['a', null], ['b']],
    ['ForAnyValue:StringEquals', 'a', ['a'], ['b', null]],
    ['ForAllValues:StringEquals', 'a', ['a', null], ['b']],
    ['Null', 'true', [null], ['x']],
    ['Null', 'false', ['x'], [null]],
  ] as const)('%s %s', (operator, value, yes, no) => {
    const decisions = (list: readonly (string | null)[]) =>
      list.map((one) =>
        decide({ [operator]: { 'aws:PrincipalTag/k': value } }, one === null ? {} : { 'AWS:principaltag/K': one }),
      );
    expect(decisions(yes)).toEqual(yes.map(() => 'Allow'));
    expect(decisions(no)).toEqual(no.map(() => 'ImplicitDeny'));
  });

  it.each([
    ['ArnLike', 'arn:aws:iam::*:role/a*', 'Allow'],
    ['ArnLike', 'arn:aws:*:role/app', 'Allow'],
    ['ArnEquals', 'arn:*:*:*:*:role/App', 'Allow'],
    ['ArnLike', 'arn:*:role/App', 'ImplicitDeny'],
    ['ArnNotLike', `arn:aws:iam::${FOREIGN}:*`, 'Allow'],
  ] as const)('%s %s: wildcards stay within a part', (operator, pattern, wanted) => {
    const value = pattern.includes('App') ? `arn:aws:iam::${OWN}:role/App` : `arn:aws:iam::${OWN}:role/app`;
    const asked = { [operator]: { 'aws:PrincipalArn': pattern } };
    const decision = evaluate(
      policyOf(allow('*', 'kms:*', { Condition: asked })),
      ask({ 'aws:PrincipalArn': value }),
      'narrow',
    ).decision;
    expect(decision).toBe(pattern.split(':').length < 6 ? 'ImplicitDeny' : wanted);
  });
});

describe('variables', () => {
  const tags = { 'aws:PrincipalTag/a': 'x*', 'aws:PrincipalTag/b': 'x*' };
  it.each([
    [
      'are filled in, and their stars are no wildcards',
      { StringLike: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } },
      tags,
      'Allow',
    ],
    [
      'do not match what a wildcard would',
      { StringLike: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } },
      { ...tags, 'aws:PrincipalTag/a': 'xyz' },
      'ImplicitDeny',
    ],
    [
      'without a value match nothing',
      { StringLike: { 'aws:PrincipalTag/a': '*${aws:username}*' } },
      tags,
      'ImplicitDeny',
    ],
    [
      'without a value let a negated operator through',
      { StringNotLike: { 'aws:PrincipalTag/a': '*${aws:username}*' } },
      tags,
      'Allow',
    ],
    ['fall back to their default', { StringEquals: { 'aws:PrincipalTag/a': "${aws:username, 'x*'}" } }, tags, 'Allow'],
    [
      'are not read in numbers',
      { NumericEquals: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } },
      { 'aws:PrincipalTag/a': '1', 'aws:PrincipalTag/b': '1' },
      'ImplicitDeny',
    ],
  ] as const)('%s', (_name, condition, context, wanted) => {
    expect(decide(condition, context)).toBe(wanted);
  });

  it('are text in the old version', () => {
    const old = {
      ...policyOf(allow('*', 'kms:*', { Condition: { StringEquals: { 'aws:username': '${x}' } } })),
      version: '2008-10-17' as const,
    };
    expect(evaluate(old, ask({ 'aws:username': '${x}' })).decision).toBe('Allow');
  });
});

describe('what AWS does not document', () => {
  it.each([
    [
      'several values without a set operator',
      [allow('*', 'kms:*', { Condition: { StringEquals: { 'aws:CalledVia': 'a' } } })],
      { 'aws:CalledVia': ['a', 'b'] },
    ],
    [
      'ForAnyValue with IfExists and no key',
      [allow('*', 'kms:*', { Condition: { 'ForAnyValue:StringEqualsIfExists': { 'aws:CalledVia': 'a' } } })],
      {},
    ],
    ['an ARN pattern of two parts', [allow('*', 'kms:*', { Condition: { ArnLike: { 'aws:PrincipalArn': '*' } } })], {}],
    ['a wildcard in the name of the service', [allow('*', 'k*:Decrypt')], {}],
    [
      'a Deny that exempts only the account',
      [delegation, { Effect: 'Deny', NotPrincipal: { AWS: `arn:aws:iam::${OWN}:root` }, Action: '*', Resource: '*' }],
      {},
    ],
    [
      'an Allow that leaves an account out',
      [{ Effect: 'Allow', NotPrincipal: { AWS: OWN }, Action: '*', Resource: '*' }],
      {},
    ],
  ] as const)('%s', (_name, statements: readonly Part[], context) => {
    const policy = policyOf(...statements);
    expect(evaluateBoth(policy, ask(context))).toMatchObject({ decision: 'Allow', certain: false });
    expect(evaluate(policy, ask(context), 'narrow').decision).not.toBe('Allow');
  });

  it('a statement about an explicit key, when the key is not known', () => {
    const policy = policyOf(allow('*', 'kms:*', { Resource: KEY_ARN }));
    expect(evaluateBoth(policy, ask({}, { resource: null }))).toMatchObject({ decision: 'Allow', certain: false });
    expect(evaluateBoth(policy, ask())).toMatchObject({ decision: 'Allow', certain: true });
  });
});

describe('the reason in words', () => {
  it.each([
    ['Allow', [allow(role('App'), 'kms:*', { Sid: 'Use' })], 'Use allows it, and no statement denies it'],
    ['ExplicitDeny', [delegation, deny('kms:Decrypt', undefined, { Sid: 'No' })], 'No denies it'],
    ['ImplicitDeny', [allow(role('Other'), 'kms:*')], 'no statement allows it: Statement[0] is about other principals'],
    [
      'ImplicitDeny',
      [allow(role('Other'), 'kms:*'), allow(role('App'), 'kms:Sign', { Sid: 'S' })],
      'no statement allows it: S does not cover kms:Decrypt',
    ],
    [
      'ImplicitDeny',
      [allow('*', 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': ['a', 'b', 'c', 'd'] } } })],
      'no statement allows it: Statement[0] stops at StringEquals aws:PrincipalOrgID a or b or c or 1 more',
    ],
    ['ImplicitDeny', [], 'no statement allows anything'],
  ] as const)('%s', (decision, statements: readonly Part[], because) => {
    expect(explainDecision(policyOf(...statements), ask())).toMatchObject({ decision, because });
  });
});
