import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerdictData } from '../../shared/rules/define-rule.ts';
import { explain } from '../../shared/rules/explain.ts';
import { ruleById, rules } from '../../shared/rules/index.ts';
import { arbitraryInput } from '../support/arbitrary-facts.ts';

test('a rule is found by its id', () => {
  for (const rule of rules) expect(ruleById(rule.id)).toBe(rule);
  expect(ruleById('no-such-rule')).toBeUndefined();
  expect(ruleById('constructor')).toBeUndefined();
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s, whatever the facts', (_id, rule) => {
  test('never throws, and says nothing without a text', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const verdict = rule.judge(input);
        if (verdict.verdict !== 'violation' && verdict.verdict !== 'undetermined') return;
        for (const [id, data] of said(verdict.message, verdict.data)) {
          expect(Object.keys(rule.messages)).toContain(id);
          expect(placeholders(rule.messages[id] ?? '').filter((name) => !Object.hasOwn(data, name))).toEqual([]);
        }
        expect(explain(rule.messages, verdict.message, verdict.data).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('judges the same facts the same way', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const before = structuredClone(input);
        expect(rule.judge(input)).toEqual(rule.judge(before));
        expect(input).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});

/** The message and each reason of a verdict, with the values for their texts. */
const said = (message: string, data: VerdictData): readonly (readonly [string, VerdictData])[] => {
  const reasons = data['reasons'];
  const list = Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === 'object') : [];
  return [[message, data], ...list.map((reason) => [String(reason.id), reason] as const)];
};

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
