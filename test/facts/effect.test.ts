import { describe, expect, it } from 'vitest';
import { showsEffect } from '../../shared/facts/effect.ts';
import { type Facts, type Grant, known, unknown } from '../../shared/facts/facts.ts';
import { perfectFacts } from '../support/perfect-key.ts';
import { createGrant, grantId, publicPolicy, putPolicy, rootPolicy, rootPolicyRewritten } from '../support/policies.ts';
import { callOf, record } from '../support/records.ts';

const grant: Grant = {
  grantId,
  name: null,
  granteePrincipal: null,
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: [],
  issuingAccount: null,
  creationDate: null,
  constraints: null,
};
const withPolicy = (policy: Facts['policy']): Facts => ({ ...perfectFacts, policy });
const withGrants = (grants: Facts['grants']): Facts => ({ ...perfectFacts, grants });

describe('showsEffect of CreateKey', () => {
  const created = callOf(record({ eventName: 'CreateKey' }));
  const gone = unknown('not-found', 'no such key');

  it.each<[string, Facts, boolean]>([
    ['the key', perfectFacts, true],
    ['no key yet', { ...perfectFacts, metadata: gone }, false],
    ['no policy yet', withPolicy(gone), false],
    ['a key that may not be seen', withPolicy(unknown('access-denied', '')), true],
  ])('%s', (_, facts, shown) => {
    expect(showsEffect(created, facts)).toBe(shown);
  });
});

describe('showsEffect of PutKeyPolicy', () => {
  const put = callOf(putPolicy(rootPolicy));

  it.each([
    ['the policy that was put', known(rootPolicy), true],
    ['the same in another spelling', known(rootPolicyRewritten), true],
    ['another policy', known(publicPolicy), false],
    ['an unknown policy', unknown('access-denied', ''), true],
  ])('%s: %s', (_, policy, shown) => {
    expect(showsEffect(put, withPolicy(policy))).toBe(shown);
  });

  it('is not asked of an attempt, nor where the record leaves the policy out', () => {
    const facts = withPolicy(known(publicPolicy));
    expect(showsEffect(callOf(putPolicy(rootPolicy, { errorCode: 'AccessDenied' })), facts)).toBe(true);
    expect(showsEffect(callOf(putPolicy(rootPolicy, { request: {} })), facts)).toBe(true);
  });
});

describe('showsEffect of CreateGrant', () => {
  it.each([
    ['the grant', known([grant]), true],
    ['no grant', known([]), false],
    ['a list cut short', known([], 'only these were read'), true],
    ['unknown grants', unknown('failed', ''), true],
  ])('%s: %s', (_, grants, shown) => {
    expect(showsEffect(callOf(createGrant()), withGrants(grants))).toBe(shown);
  });

  it('is not asked where the record does not tell which grant', () => {
    expect(showsEffect(callOf(createGrant({ response: {} })), withGrants(known([])))).toBe(true);
  });
});
