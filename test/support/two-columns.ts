import { describe, expect, test } from 'vitest';
import type { JudgeInput, Rule, Verdict } from '../../shared/rules/define-rule.ts';

/** One named input, and for a flagged one what the verdict must say. */
export type Right = {
  readonly name: string;
  readonly input: JudgeInput;
  readonly verdict?: 'compliant' | 'notApplicable';
};
export type Wrong = {
  readonly name: string;
  readonly input: JudgeInput;
  readonly verdict?: 'violation' | 'undetermined';
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly severity?: string;
};

export type Columns = { readonly compliant: readonly Right[]; readonly violating: readonly Wrong[] };

/** The two columns of a rule's test: what it lets pass, and what it flags. */
export const twoColumns = (rule: Rule, columns: Columns): void => {
  describe(`${rule.id}: compliant`, () => {
    test.each(columns.compliant)('$name', ({ input, verdict = 'compliant' }) => {
      expect(rule.judge(input)).toEqual({ verdict });
    });
  });
  describe(`${rule.id}: violating`, () => {
    test.each(columns.violating)('$name', ({ input, verdict = 'violation', message, data, severity }) => {
      const judged = rule.judge(input);
      expect(judged).toMatchObject({ verdict, message, ...(data === undefined ? {} : { data }) });
      expect(severityOf(rule, judged)).toBe(severity ?? severityOf(rule, judged));
    });
  });
};

const severityOf = (rule: Rule, verdict: Verdict): string =>
  'severity' in verdict && verdict.severity !== undefined ? verdict.severity : rule.severity;

/** Ids of the reasons that a verdict names. */
export const reasonIds = (verdict: Verdict): readonly string[] => {
  const reasons =
    verdict.verdict === 'violation' || verdict.verdict === 'undetermined' ? verdict.data['reasons'] : undefined;
  return Array.isArray(reasons)
    ? reasons.flatMap((reason) => (typeof reason === 'object' ? [String(reason.id)] : []))
    : [];
};
