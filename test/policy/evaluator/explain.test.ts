import { describe, expect, it } from 'vitest';
import { conditionText, explainDecision } from '../../../shared/policy/evaluator/explain.ts';
import { type KeyRequest, withCallerKeys } from '../../../shared/policy/request.ts';
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

const request = (context: KeyRequest['context'] = {}): KeyRequest =>
  withCallerKeys({
    principal: `arn:aws:iam::${OWN}:role/App`,
    principalType: 'AWS',
    action: 'kms:Decrypt',
    resource: KEY_ARN,
    context,
  });

const because = (statements: readonly Part[], asked = request()): string =>
  explainDecision(policyOf(...statements), asked).because;

const app = allow(role('App'), 'kms:*', { Sid: 'App' });

describe('who decided', () => {
  it.each([
    ['one Allow', [delegation], 'root allows it, and no statement denies it'],
    ['every Allow', [app, delegation], 'App, root allows it, and no statement denies it'],
    [
      'an Allow without a name',
      [{ ...delegation, Sid: undefined }],
      'Statement[0] allows it, and no statement denies it',
    ],
    ['the Deny, whatever allows', [delegation, deny('kms:Decrypt', undefined, { Sid: 'Never' })], 'Never denies it'],
    [
      'an Allow that AWS does not document',
      [allow(role('App'), 'k*:Decrypt', { Sid: 'Wild' })],
      'Wild allows it, and no statement denies it (AWS does not document this construct)',
    ],
  ])('%s', (_name, statements, wanted) => {
    expect(because(statements)).toBe(wanted);
  });

  it('is doubtful when only one reading sees the Deny', () => {
    const other = { Effect: 'Deny', NotPrincipal: { AWS: `arn:aws:iam::${OWN}:root` }, Action: 'kms:*', Resource: '*' };
    const { decision, certain } = explainDecision(policyOf(app, other), request());
    expect([decision, certain]).toEqual(['Allow', false]);
    const sure = explainDecision(policyOf(app), request());
    expect([sure.decision, sure.certain, sure.statements.map(({ sid }) => sid)]).toEqual(['Allow', true, ['App']]);
  });
});

describe('what stops the nearest Allow', () => {
  const foreign = allow(role('App', FOREIGN), 'kms:*', { Sid: 'Foreign' });
  const encrypt = allow(role('App'), 'kms:Encrypt', { Sid: 'Encrypt' });
  const elsewhere = { ...app, Sid: 'Elsewhere', Resource: `${KEY_ARN}0` };
  const inOrg = {
    ...app,
    Sid: 'InOrg',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, Bool: { 'aws:SecureTransport': 'true' } },
  };

  it.each([
    ['the principal', [foreign], 'Foreign is about other principals'],
    ['the action', [foreign, encrypt], 'Encrypt does not cover kms:Decrypt'],
    ['the key', [encrypt, elsewhere, foreign], 'Elsewhere is not about this key'],
    [
      'a condition',
      [inOrg, elsewhere, encrypt, foreign],
      'InOrg stops at StringEquals aws:PrincipalOrgID o-a1b2c3d4e5',
    ],
  ])('%s', (_name, statements, wanted) => {
    expect(because(statements)).toBe(`no statement allows it: ${wanted}`);
  });

  it('is the first condition that fails, not the first of all', () => {
    const asked = request({ 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:SecureTransport': 'false' });
    expect(because([inOrg], asked)).toBe('no statement allows it: InOrg stops at Bool aws:SecureTransport true');
  });

  it.each([
    ['an empty policy', []],
    ['only a Deny about others', [{ ...deny('kms:*'), Principal: role('Other') }]],
  ])('nothing comes near in %s', (_name, statements) => {
    expect(because(statements)).toBe('no statement allows anything');
  });
});

describe('a condition in words', () => {
  const text = (values: readonly string[]): string => {
    const [statement] = policyOf({ ...app, Condition: { StringLike: { 'kms:ViaService': values } } }).statements;
    const [condition] = statement?.conditions ?? [];
    return condition === undefined ? '' : conditionText(condition);
  };

  it.each([
    [['a'], 'StringLike kms:ViaService a'],
    [['a', 'b', 'c'], 'StringLike kms:ViaService a or b or c'],
    [['a', 'b', 'c', 'd'], 'StringLike kms:ViaService a or b or c or 1 more'],
    [['a', 'b', 'c', 'd', 'e'], 'StringLike kms:ViaService a or b or c or 2 more'],
  ])('%j', (values, wanted) => {
    expect(text(values)).toBe(wanted);
  });
});
