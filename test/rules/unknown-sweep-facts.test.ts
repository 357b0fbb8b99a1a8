import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FactName, factNames, type Facts, unknown } from '../../shared/facts/facts.ts';
import type { JudgeInput, Rule } from '../../shared/rules/define-rule.ts';
import { sweepRules } from '../../shared/rules/guards/sweep.ts';
import { arbitraryInput } from '../support/arbitrary-facts.ts';

/** What is unknown is never compliant, and what a rule does not say it needs does not move it. */

const blind = (facts: Facts, names: readonly FactName[]): Facts => ({
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

describe.each(sweepRules.filter(({ about }) => about !== 'region').map((rule) => [rule.id, rule] as const))(
  '%s',
  (_id, rule) => {
    test('without the metadata is neither compliant nor a violation', () => {
      const seen = verdictsOf(rule, (input) => ({ ...input, facts: blind(input.facts, ['metadata']) }));
      expect(seen).toContain('undetermined');
      expect(seen).not.toContain('compliant');
      expect(seen).not.toContain('violation');
    });

    test('judges by what it needs, and by no call', () => {
      const others = factNames.filter((name) => !rule.needs.includes(name));
      fc.assert(
        fc.property(arbitraryInput, (input) => {
          const less = { ...input, call: null, facts: blind(input.facts, others) };
          expect(rule.judge(less)).toEqual(rule.judge(input));
        }),
        { numRuns: 300 },
      );
    });
  },
);

/** Where the metadata leaves the question open, the fact that answers it decides. */
test.each<[string, FactName]>([
  ['key-unused', 'lastUse'],
  ['key-without-alias', 'aliases'],
  ['key-untagged', 'tags'],
  ['grant-stale', 'grants'],
  ['unprotectable-key', 'policy'],
  ['replica-drift', 'family'],
  ['pending-key-needed', 'failedUses'],
  ['trail-blind', 'trails'],
])('%s without the %s is not compliant', (id, fact) => {
  const rule = sweepRules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  const seen = verdictsOf(rule, (input) => ({ ...input, facts: blind(input.facts, [fact]) }));
  expect(seen).toContain('undetermined');
  expect(seen).not.toContain('compliant');
});
