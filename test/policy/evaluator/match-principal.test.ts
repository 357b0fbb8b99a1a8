import { describe, expect, it } from 'vitest';
import { evaluateBoth, type KeyRequest } from '../../../shared/policy/index.ts';
import { FOREIGN, KEY_ARN, OWN, type Part, policyOf } from '../../support/policy-fixtures.ts';

const iam = (rest: string, account = OWN): string => `arn:aws:iam::${account}:${rest}`;
const sts = (rest: string, account = OWN): string => `arn:aws:sts::${account}:${rest}`;
const ALL = { Action: 'kms:*', Resource: '*' };

const ask = (principal: string): KeyRequest => ({
  principal,
  principalType: principal.startsWith('arn:') ? 'AWS' : 'Service',
  action: 'kms:Decrypt',
  resource: KEY_ARN,
  context: {},
});
/** `yes`, `no`, or `maybe` where AWS does not document whether the statement speaks of the caller. */
const speaksOf = (statement: Part, request: KeyRequest): string => {
  const denies = statement['Effect'] === 'Deny';
  const everybody: Part = { Effect: 'Allow', Principal: '*', ...ALL };
  const { decision, certain } = evaluateBoth(policyOf(...(denies ? [everybody, statement] : [statement])), request);
  if (!certain) return 'maybe';
  return decision === (denies ? 'ExplicitDeny' : 'Allow') ? 'yes' : 'no';
};

describe('Principal', () => {
  it.each([
    [OWN, iam('role/App'), 'yes'],
    [iam('root'), sts('assumed-role/App/me'), 'yes'],
    [`arn:aws-cn:iam::${OWN}:root`, iam('role/App'), 'no'],
    [FOREIGN, iam('role/App'), 'no'],
    [OWN, 'sns.amazonaws.com', 'no'],
    [iam('role/App'), iam('role/App'), 'yes'],
    [iam('role/x/App'), sts('assumed-role/App/me'), 'yes'],
    [iam('role/App'), sts('assumed-role/Apple/me'), 'no'],
    [iam('role/App', FOREIGN), sts('assumed-role/App/me'), 'no'],
    [`arn:aws-cn:iam::${OWN}:role/App`, sts('assumed-role/App/me'), 'no'],
    [iam('role/App'), iam('root'), 'no'],
    [iam('user/ann'), iam('user/ann'), 'yes'],
    [iam('user/ann'), sts('federated-user/ann'), 'yes'],
    [iam('user/ann'), sts('federated-user/anna'), 'no'],
    [iam('user/ann'), sts('assumed-role/ann/me'), 'no'],
    [iam('user/ann', FOREIGN), sts('federated-user/ann'), 'no'],
    [sts('assumed-role/App/me'), sts('assumed-role/App/me'), 'yes'],
    [sts('assumed-role/App/me'), sts('assumed-role/App/you'), 'no'],
    [sts('assumed-role/App/me'), iam('role/App'), 'no'],
    [sts('federated-user/ann'), sts('federated-user/ann'), 'yes'],
    [sts('federated-user/ann'), iam('user/ann'), 'no'],
    ['AROADBQP57FF2AEXAMPLE', iam('role/App'), 'no'],
  ])('%s and %s: %s', (AWS, caller, wanted) => {
    expect(speaksOf({ Effect: 'Allow', Principal: { AWS }, ...ALL }, ask(caller))).toBe(wanted);
  });

  it('a service is only itself, and only as a service', () => {
    const statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, ...ALL };
    expect(speaksOf(statement, ask('sns.amazonaws.com'))).toBe('yes');
    expect(speaksOf(statement, ask('sqs.amazonaws.com'))).toBe('no');
    expect(speaksOf(statement, { ...ask('sns.amazonaws.com'), principalType: 'Federated' })).toBe('no');
  });

  it.each(['root', 'role/App', 'user/ann'])('%s is no AWS principal when it comes as another kind', (rest) => {
    const request: KeyRequest = { ...ask(iam(rest)), principalType: 'Federated' };
    expect(speaksOf({ Effect: 'Allow', Principal: { AWS: iam(rest) }, ...ALL }, request)).toBe('no');
  });
});

describe('NotPrincipal', () => {
  const APP = iam('role/App');
  const ME = sts('assumed-role/App/me');
  it.each([
    ['Allow', [APP], iam('role/Other'), 'yes'],
    ['Allow', [APP], APP, 'no'],
    ['Allow', [APP], ME, 'maybe'],
    ['Allow', [ME], ME, 'maybe'],
    ['Allow', [ME, APP], ME, 'no'],
    ['Allow', [ME, iam('role/Other')], ME, 'maybe'],
    ['Allow', [OWN], APP, 'maybe'],
    ['Allow', [OWN], iam('root'), 'no'],
    ['Allow', ['*'], APP, 'no'],
    ['Deny', [APP], iam('role/Other'), 'yes'],
    ['Deny', [APP], APP, 'maybe'],
    ['Deny', [APP, OWN], APP, 'no'],
    ['Deny', [APP, FOREIGN], APP, 'maybe'],
    ['Deny', [APP], ME, 'yes'],
    ['Deny', [OWN], APP, 'maybe'],
    ['Deny', [OWN], iam('root'), 'no'],
    ['Deny', [OWN, iam('role/Other')], APP, 'yes'],
    ['Deny', [OWN, iam('role/Other', FOREIGN)], APP, 'maybe'],
    ['Deny', [OWN, APP], ME, 'yes'],
    ['Deny', [OWN, APP, ME], ME, 'no'],
    ['Deny', [APP, ME], ME, 'maybe'],
    ['Deny', ['*'], APP, 'no'],
    ['Allow', ['*', iam('role/Other')], APP, 'no'],
  ])('%s but %j, for %s: %s', (Effect, AWS, caller, wanted) => {
    expect(speaksOf({ Effect, NotPrincipal: { AWS }, ...ALL }, ask(caller))).toBe(wanted);
  });

  it('exempts a service that is listed', () => {
    const statement = { Effect: 'Deny', NotPrincipal: { Service: 'sns.amazonaws.com' }, ...ALL };
    expect(speaksOf(statement, ask('sns.amazonaws.com'))).toBe('no');
    expect(speaksOf(statement, ask('sqs.amazonaws.com'))).toBe('yes');
  });
});
