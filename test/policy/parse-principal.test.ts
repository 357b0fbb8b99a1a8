import { describe, expect, it } from 'vitest';
import { readAwsPrincipal, readServicePrincipal } from '../../shared/policy/parse-principal.ts';
import { OWN } from '../support/policy-fixtures.ts';

const iam = `arn:aws:iam::${OWN}`;
const sts = `arn:aws:sts::${OWN}`;
const here = { partition: 'aws', account: OWN };

describe('one value of Principal.AWS', () => {
  it.each([
    ['*', { kind: 'everyone' }],
    [OWN, { kind: 'account', partition: '', account: OWN }],
    [`${iam}:root`, { kind: 'account', ...here }],
    [`${iam}:role/App`, { kind: 'role', ...here, name: 'App' }],
    [`${iam}:role/a/b/App`, { kind: 'role', ...here, name: 'App' }],
    [`${iam}:user/x/ann`, { kind: 'user', ...here, name: 'ann' }],
    [`${sts}:assumed-role/App/me`, { kind: 'session', ...here, name: 'App', session: 'me' }],
    [`${sts}:federated-user/bob`, { kind: 'federated-user', ...here, name: 'bob' }],
    [`arn:aws-cn:iam::${OWN}:root`, { kind: 'account', partition: 'aws-cn', account: OWN }],
    ['AROADBQP57FF2AEXAMPLE', { kind: 'unique-id' }],
  ])('%s', (text, wanted) => {
    expect(readAwsPrincipal(text)).toEqual({ ...wanted, text });
  });

  const WILDCARD = 'a wildcard cannot match part of a principal: use "*" alone with a condition on aws:PrincipalArn';
  const NO_ARN = 'not an account, a user, role or session ARN, or "*"';
  const DIGITS = 'the account of a principal ARN has 12 digits';
  const OTHER = 'a key policy names accounts, users, roles and sessions, nothing else';
  it.each([
    [`${iam}:role/*`, WILDCARD],
    [`${iam}:role/a?`, WILDCARD],
    ['ann', NO_ARN],
    [`${OWN}1`, NO_ARN],
    [`1${OWN}`, NO_ARN],
    ['xAROADBQP57FF2AEXAMPLE', NO_ARN],
    ['AROADBQP57FF2AEXAMPLEx', NO_ARN],
    [`x${iam}:root`, NO_ARN],
    [`arn:aws:kms::${OWN}:root`, NO_ARN],
    ['arn:aws:iam::1:root', DIGITS],
    ['arn:aws:iam:::root', DIGITS],
    [`${iam}:group/g`, OTHER],
    [`${iam}:role`, OTHER],
    [`${iam}:role/`, OTHER],
    [`${iam}:user/`, OTHER],
    [`${sts}:root`, OTHER],
    [`${sts}:role/App`, OTHER],
    [`${sts}:user/ann`, OTHER],
    [`${iam}:assumed-role/App/me`, OTHER],
    [`${sts}:assumed-role/App`, OTHER],
    [`${sts}:assumed-role/App/me/x`, OTHER],
    [`${sts}:other/App/me`, OTHER],
    [`${iam}:federated-user/bob`, OTHER],
    [`${sts}:federated-user/a/bob`, OTHER],
    [`${sts}:other/bob`, OTHER],
  ])('%s: refused', (text, refused) => {
    expect(readAwsPrincipal(text)).toEqual({ refused });
  });
});

describe('one value of Principal.Service', () => {
  it.each(['logs.amazonaws.com', 'S3.amazonaws.com', 'a-1.example', 'logs.eu-west-1.amazonaws.com'])('%s', (text) => {
    expect(readServicePrincipal(text)).toEqual({ kind: 'service', text });
  });

  it.each(['', 'logs', '*.amazonaws.com', '-logs.com', 'logs.', 'logs.com ', ' logs.com'])('%j: refused', (text) => {
    expect(readServicePrincipal(text)).toEqual({
      refused: 'not a service principal such as logs.eu-west-1.amazonaws.com',
    });
  });
});
