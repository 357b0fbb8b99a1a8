import { describe, expect, it } from 'vitest';
import type { Grant } from '../../shared/facts/facts.ts';
import { analyze, withGrants } from '../../shared/policy/index.ts';
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
