import { describe, expect, it } from 'vitest';
import type { Grant } from '../../shared/facts/facts.ts';
import { analyze, withGrants } from '../../shared/policy/index.ts';
import { allow, analysisOf, delegation, KEY_ARN, OWN, ownZone, policyOf } from '../support/policy-fixtures.ts';

/** Service names end differently in each partition. */

const SUFFIXES = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

const grantTo = (granteePrincipal: string | null, granteeServicePrincipal: string | null = null): Grant => ({
  grantId: 'g1',
  name: null,
  granteePrincipal,
  granteeServicePrincipal,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  issuingAccount: null,
  creationDate: null,
  constraints: null,
});

const granted = (...grantee: Parameters<typeof grantTo>) =>
  analyze(withGrants(policyOf(delegation), [grantTo(...grantee)]), ownZone, { keyArn: KEY_ARN })
    .access.filter((one) => one.statements.includes('grant:g1'))
    .map((one) => `${one.who} ${one.principal}`);

describe.each(SUFFIXES)('services under %s', (suffix) => {
  it('hold grants', () => {
    const name = `rds.eu-west-1.${suffix}`;
    expect(granted(name)).toContain(`service ${name}`);
    expect(granted(null, name)).toContain(`service ${name}`);
  });

  it('call for a principal', () => {
    const Condition = { StringEquals: { 'kms:ViaService': `s3.eu-west-1.${suffix}` } };
    expect(analysisOf([allow('*', 'kms:Decrypt', { Condition })]).public).toBe(true);
  });
});

it.each([
  ['an account', OWN, []],
  ['a deleted role', 'AROAEXAMPLEEXAMPLE000', []],
  ['a word', 'rds', []],
  ['upper case', 'RDS.C2S.IC.GOV', []],
])('no service holds a grant: %s', (_name, grantee, services) => {
  expect(granted(grantee).filter((one) => one.startsWith('service'))).toEqual(services);
});
