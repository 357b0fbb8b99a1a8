import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FactName, type Facts, unknown } from '../../shared/facts/facts.ts';
import type { JudgeInput, Rule } from '../../shared/rules/define-rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { arbitraryInput } from '../support/arbitrary-facts.ts';
import { createGrant, putPolicy } from '../support/perfect-policy.ts';

/** What is unknown is never compliant, and nothing that rests on it is undone. */

const ofPolicy = rules.filter(({ guard }) => guard === 'policy-guard');
const judgingPolicies = ofPolicy.filter(
  ({ watches }) => watches.includes('PutKeyPolicy') && watches.includes('CreateKey'),
);
const reading = judgingPolicies.filter(({ needs }) => needs.includes('policy'));
const ofGrants = ofPolicy.filter(({ watches }) => watches.includes('CreateGrant'));

const blind = (facts: Facts, ...names: readonly FactName[]): Facts => ({
  ...facts,
  ...Object.fromEntries(names.map((name) => [name, unknown('access-denied', 'no')])),
});
const verdictsOf = (rule: Rule, of: (input: JudgeInput) => JudgeInput): ReadonlySet<string> => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(arbitraryInput, (input) => {
      seen.add(rule.judge(of(input)).verdict);
    }),
    { numRuns: 200 },
  );
  return seen;
};

test('there are rules to ask', () => {
  expect(reading.length).toBeGreaterThan(8);
  expect(ofGrants.length).toBe(2);
});

describe.each(reading.map((rule) => [rule.id, rule] as const))('%s without the key policy', (_id, rule) => {
  test('is neither compliant nor a violation', () => {
    const seen = verdictsOf(rule, (input) => ({ ...input, facts: blind(input.facts, 'policy') }));
    expect(seen).toContain('undetermined');
    expect(seen).not.toContain('compliant');
    expect(seen).not.toContain('violation');
  });

  test('is no violation to be undone where the policy holds what KMS refuses', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const { policy } = input.facts;
        if (!policy.known || !policy.value.startsWith('{"Version"')) return;
        const spoiled = policy.value.replace(
          '"Statement":[',
          `"Statement":[${nobodys}${policy.value.endsWith('[]}') ? '' : ','}`,
        );
        const facts = { ...input.facts, policy: { known: true as const, value: spoiled } };
        const verdict = rule.judge({ ...input, call: { ...putPolicy, policy: null }, facts });
        expect(verdict.verdict).not.toBe('compliant');
        if (verdict.verdict === 'violation') expect(verdict.remedy).toBeNull();
      }),
      { numRuns: 150 },
    );
  });
});

const nobodys = '{"Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"kms:DescribeKey","Resource":"*"}';

describe.each(ofGrants.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  test('in a sweep without the grants is undetermined', () => {
    const seen = verdictsOf(rule, (input) => ({ ...input, call: null, facts: blind(input.facts, 'grants') }));
    expect([...seen]).toEqual(['undetermined']);
  });

  test('never flags a grant to an AWS service', () => {
    const seen = verdictsOf(rule, (input) => ({
      ...input,
      call: {
        ...createGrant,
        grantId: 'of-a-service',
        granteePrincipal: 'ec2.eu-west-1.amazonaws.com',
        operations: ['CreateGrant'],
      },
      facts: blind(input.facts, 'grants'),
    }));
    expect([...seen]).toEqual(['compliant']);
  });
});

test.each(['policy-changed-while-pending', 'replica-unapproved-region'])(
  '%s without the metadata is not compliant',
  (id) => {
    const rule = ofPolicy.find((one) => one.id === id);
    if (rule === undefined) throw new Error(`no rule ${id}`);
    const seen = verdictsOf(rule, (input) => ({ ...input, facts: blind(input.facts, 'metadata') }));
    expect(seen).toContain('undetermined');
    expect(seen).not.toContain('compliant');
  },
);
