import { describe, expect, it } from 'vitest';
import type { Grant } from '../../shared/facts/facts.ts';
import { analyze, evaluate, type KeyRequest, withCallerKeys, withGrants } from '../../shared/policy/index.ts';
import {
  delegation,
  deny,
  FOREIGN,
  KEY_ARN,
  OWN,
  ownZone,
  type Part,
  policyOf,
  whoIn,
} from '../support/policy-fixtures.ts';

const grant = (more: Partial<Grant>): Grant => ({
  grantId: 'g1',
  name: null,
  granteePrincipal: `arn:aws:iam::${FOREIGN}:role/Worker`,
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  issuingAccount: null,
  creationDate: null,
  constraints: null,
  ...more,
});

const none = { encryptionContextEquals: null, encryptionContextSubset: null, sourceArn: null };
const analyzed = (more: Partial<Grant>, ...statements: readonly Part[]) =>
  analyze(withGrants(policyOf(delegation, ...statements), [grant(more)]), ownZone, { keyArn: KEY_ARN });
const outside = (more: Partial<Grant>, ...statements: readonly Part[]) =>
  analyzed(more, ...statements).access.filter((one) => ['external', 'service', 'public'].includes(one.who));

describe('a grant is an Allow', () => {
  it('to a role of another account', () => {
    const [access] = outside({});
    expect(access).toMatchObject({
      principal: `arn:aws:iam::${FOREIGN}:role/Worker`,
      actions: ['kms:Decrypt'],
      statements: ['grant:g1'],
    });
  });

  it('to a whole account, to a service with its source', () => {
    expect(whoIn(analyzed({ granteePrincipal: `arn:aws:iam::${FOREIGN}:root` }))).toContain(
      `external arn:aws:iam::${FOREIGN}:root`,
    );
    const service = (sourceArn: string | null) =>
      analyzed({
        granteePrincipal: null,
        granteeServicePrincipal: 'dynamodb.amazonaws.com',
        constraints: { ...none, sourceArn },
      }).service;
    expect(service(`arn:aws:dynamodb:eu-west-1:${OWN}:table/t`)).toBe(false);
    expect(service(`arn:aws:dynamodb:eu-west-1:${FOREIGN}:table/t`)).toBe(true);
    expect(service(null)).toBe(true);
  });

  it('that a Deny of the policy still stops', () => {
    expect(outside({}, deny('kms:Decrypt'))).toEqual([]);
  });

  it('whose encryption context holds for operations that carry one, and for no others', () => {
    const constraints = { ...none, encryptionContextEquals: { App: 'a${b}' } };
    const [bound, free] = outside({ operations: ['Decrypt', 'DescribeKey'], constraints });
    expect(bound?.witness?.context['kms:EncryptionContext:App']).toBe('a${b}');
    expect([bound?.actions, free?.actions]).toEqual([['kms:Decrypt'], ['kms:DescribeKey']]);
  });

  it('to nobody that can be read is nobody', () => {
    expect(outside({ granteePrincipal: '*' })).toEqual([]);
    expect(outside({ granteePrincipal: 'AROADBQP57FF2AEXAMPLE' })).toEqual([]);
  });
});

describe('which requests a grant allows', () => {
  const WORKER = `arn:aws:iam::${FOREIGN}:role/Worker`;
  type Asked = { readonly action?: string; readonly principal?: string; readonly context?: KeyRequest['context'] };

  const allowed = (more: Partial<Grant>, { action = 'kms:Decrypt', principal = WORKER, context = {} }: Asked) => {
    const principalType = principal.startsWith('arn:') ? 'AWS' : 'Service';
    const request = withCallerKeys({ principal, principalType, action, resource: KEY_ARN, context });
    return evaluate(withGrants(policyOf(), [grant(more)]), request).decision === 'Allow';
  };
  const app = (value: string) => ({ 'kms:EncryptionContext:App': value, 'kms:EncryptionContextKeys': ['App'] });
  const equals = { constraints: { ...none, encryptionContextEquals: { App: 'a' } } };
  const subset = { constraints: { ...none, encryptionContextSubset: { App: 'a' } } };

  it('the operations it lists, to its grantee', () => {
    expect(allowed({}, {})).toBe(true);
    expect(allowed({}, { action: 'kms:Encrypt' })).toBe(false);
    expect(allowed({}, { principal: `arn:aws:iam::${FOREIGN}:role/Other` })).toBe(false);
    expect(allowed({}, { principal: `arn:aws:sts::${FOREIGN}:assumed-role/Worker/me` })).toBe(true);
    expect(allowed({ granteePrincipal: null }, {})).toBe(false);
    expect(allowed({ operations: [] }, {})).toBe(false);
  });

  it.each([
    'Decrypt',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateDataKeyPair',
    'ReEncryptFrom',
    'ReEncryptTo',
  ])('%s only in its encryption context', (operation) => {
    const asks = (context: KeyRequest['context']) => ({ action: `kms:${operation}`, context });
    for (const constrained of [equals, subset]) {
      const more = { ...constrained, operations: [operation, 'Sign'] };
      expect(allowed(more, asks(app('a')))).toBe(true);
      expect(allowed(more, asks(app('b')))).toBe(false);
      expect(allowed(more, asks({}))).toBe(false);
    }
  });

  it.each([
    'DescribeKey',
    'Sign',
    'Verify',
    'CreateGrant',
    'RetireGrant',
    'GetPublicKey',
    'GenerateMac',
    'DeriveSharedSecret',
  ])('%s in whatever context', (operation) => {
    expect(allowed({ ...equals, operations: ['Decrypt', operation] }, { action: `kms:${operation}` })).toBe(true);
    expect(allowed({ ...equals, operations: [operation] }, { action: `kms:${operation}` })).toBe(true);
  });

  it('equal means no other pair, a subset leaves room for more', () => {
    const context = {
      'kms:EncryptionContext:App': 'a',
      'kms:EncryptionContext:Env': 'prod',
      'kms:EncryptionContextKeys': ['App', 'Env'],
    };
    expect([allowed(equals, { context }), allowed(subset, { context })]).toEqual([false, true]);
    const both = { constraints: { ...none, encryptionContextEquals: { App: 'a' }, encryptionContextSubset: {} } };
    expect(allowed(both, { context })).toBe(false);
  });

  it('a constraint is text, under either version of the policy language', () => {
    const odd = { constraints: { ...none, encryptionContextSubset: { App: '${aws:PrincipalAccount}' } } };
    expect(allowed(odd, { context: app('${aws:PrincipalAccount}') })).toBe(true);
    expect(allowed(odd, { context: app(FOREIGN) })).toBe(false);
    const old = withGrants({ version: '2008-10-17', statements: [] }, [grant(odd)]);
    const asked = { principal: WORKER, principalType: 'AWS', action: 'kms:Decrypt', resource: KEY_ARN } as const;
    expect(evaluate(old, { ...asked, context: app('${aws:PrincipalAccount}') }).decision).toBe('Allow');
    expect(evaluate(old, { ...asked, context: app('${$}{aws:PrincipalAccount}') }).decision).toBe('ImplicitDeny');
  });

  it('a service for its source only', () => {
    const sourceArn = `arn:aws:dynamodb:eu-west-1:${OWN}:table/t`;
    const more = {
      granteePrincipal: null,
      granteeServicePrincipal: 'dynamodb.amazonaws.com',
      constraints: { ...none, sourceArn },
      operations: ['Decrypt', 'DescribeKey'],
    };
    const principal = 'dynamodb.amazonaws.com';
    for (const action of ['kms:Decrypt', 'kms:DescribeKey']) {
      expect(allowed(more, { principal, action, context: { 'aws:SourceArn': sourceArn } })).toBe(true);
      expect(allowed(more, { principal, action, context: { 'aws:SourceArn': `${sourceArn}0` } })).toBe(false);
    }
    expect(allowed({ ...more, constraints: null }, { principal })).toBe(true);
  });

  it.each([
    ['a service of China', 'dynamodb.amazonaws.com.cn', true],
    ['a regional service', 'logs.eu-west-1.amazonaws.com', true],
    ['a name that only ends like one', 'arn:aws:iam::111122223333:role/x.amazonaws.com', false],
    ['a name that only begins like one', 'logs.amazonaws.com.example', false],
    ['everybody', '*', false],
  ])('%s as grantee', (_name, text, isService) => {
    expect(allowed({ granteePrincipal: text }, { principal: text.startsWith('arn:') ? 'x' : text })).toBe(isService);
  });

  it('each grant is a statement of its own, after those of the policy', () => {
    const { statements } = withGrants(policyOf(delegation), [
      grant({}),
      grant({ ...equals, grantId: 'g2', operations: ['Decrypt', 'Sign', 'Verify'] }),
    ]);
    expect(statements.map(({ index, sid, effect, action }) => [index, sid, effect, action?.patterns])).toEqual([
      [0, 'root', 'Allow', ['kms:*']],
      [1, 'grant:g1', 'Allow', ['kms:Decrypt']],
      [2, 'grant:g2', 'Allow', ['kms:Decrypt']],
      [3, 'grant:g2', 'Allow', ['kms:Sign', 'kms:Verify']],
    ]);
  });
});
