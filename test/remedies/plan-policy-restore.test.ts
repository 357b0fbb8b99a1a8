import { describe, expect, it } from 'vitest';
import { configSchema, defaultConfig } from '../../shared/config/config.ts';
import { type Facts, known, type PolicyVersion, unknown } from '../../shared/facts/facts.ts';
import { planPolicyRestore } from '../../shared/remedies/plan-policy-restore.ts';
import { perfectFacts } from '../support/perfect-key.ts';
import {
  guardDenied,
  lockedPolicy,
  policyOf,
  publicPolicy,
  readerPolicy,
  rootPolicy,
  rootPolicyRewritten,
  statement,
} from '../support/policies.ts';
import { account, guardRole } from '../support/records.ts';

const version = (policy: string, good = true): PolicyVersion => ({
  policy,
  at: '2026-11-01T00:00:00.000Z',
  source: 'e0',
  good,
});
const factsOf = (policy: string, ...versions: PolicyVersion[]): Facts => ({
  ...perfectFacts,
  policy: known(policy),
  policyHistory: known({ versions }),
});
const deletionRole = guardRole.replace('deletion-guard', 'policy-guard');
const settings = { config: defaultConfig, guardRoles: [guardRole, deletionRole] };
const whyNot = (facts: Facts, some: Partial<typeof settings> = {}): string => {
  const plan = planPolicyRestore(facts, { ...settings, ...some });
  return plan.plan === 'none' ? plan.why : `restores ${plan.target.policy}`;
};

/** Names each guard's role with what it needs, and leaves nothing to the account. */
const byName = (role: string, action: unknown, sid: string) => statement({ sid, principal: { AWS: role }, action });
const administrator = byName(`arn:aws:iam::${account}:role/admin`, 'kms:*', 'Admin');

describe('planPolicyRestore', () => {
  it('takes the newest good version that is not the policy in force', () => {
    const versions = [version(publicPolicy, false), version(rootPolicyRewritten), version(readerPolicy)];
    expect(planPolicyRestore(factsOf(rootPolicy, ...versions), settings)).toEqual({
      plan: 'restore',
      judged: rootPolicy,
      target: versions[2],
    });
  });

  it.each<[string, Facts, string]>([
    ['nothing was ever good', factsOf(publicPolicy, version(rootPolicy, false)), 'no earlier policy'],
    ['only the one in force was', factsOf(rootPolicy, version(rootPolicyRewritten)), 'no earlier policy'],
    ['the policy is unknown', { ...factsOf(''), policy: unknown('access-denied', 'denied') }, 'denied'],
    ['the ledger is silent', { ...factsOf(''), policyHistory: unknown('failed', 'silent') }, 'silent'],
    ['it cannot be read', factsOf(publicPolicy, version('{"Statement":[],"Oops":1}')), 'cannot be read with certainty'],
    ['it locks the account out', factsOf(publicPolicy, version(lockedPolicy)), 'lock the account out'],
    ['it denies one guard', factsOf(publicPolicy, version(guardDenied)), 'lock the guard out of kms:PutKeyPolicy'],
    [
      'it gives no guard a way',
      factsOf(publicPolicy, version(policyOf(administrator, byName(guardRole, 'kms:DescribeKey', 'Guard')))),
      'lock the guard out of kms:GetKeyPolicy',
    ],
    [
      'it lets the guard in under conditions only',
      factsOf(
        publicPolicy,
        version(
          policyOf({
            ...statement(),
            Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } },
          }),
        ),
      ),
      'lock the guard out',
    ],
  ])('refuses where %s', (_, facts, why) => {
    expect(whyNot(facts)).toContain(why);
  });

  it('lets each guard have its own actions', () => {
    const policy = policyOf(
      administrator,
      byName(guardRole, ['kms:DescribeKey', 'kms:CancelKeyDeletion', 'kms:EnableKey'], 'Deletions'),
      byName(deletionRole, ['kms:GetKeyPolicy', 'kms:PutKeyPolicy'], 'Policies'),
    );
    expect(whyNot(factsOf(publicPolicy, version(policy)))).toContain('restores');
  });

  it('refuses where no role of the guard in the account is known', () => {
    const facts = factsOf(publicPolicy, version(rootPolicy));
    expect(whyNot(facts, { guardRoles: [] })).toContain('no role of the guard');
    expect(whyNot(facts, { guardRoles: ['arn:aws:iam::444455556666:role/guard'] })).toContain('no role of the guard');
  });

  it('knows the organization: a policy that stands on it lets the guard in', () => {
    const policy = policyOf({
      ...statement(),
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    });
    const config = configSchema.parse({ trust: { organization: 'o-a1b2c3d4e5' } });
    expect(whyNot(factsOf(publicPolicy, version(policy)))).toContain('lock');
    expect(whyNot(factsOf(publicPolicy, version(policy)), { config })).toContain('restores');
  });
});
