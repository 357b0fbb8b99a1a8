import { defineRule, type Reason } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { quotedName, statementVerdict } from './policy/statements.ts';
import { listed } from './policy/words.ts';
import { reasonsOf } from './reason.ts';

const texts = {
  allows: '{statement} allows everybody except {principals}',
  denies:
    '{statement} denies everybody except {principals}: AWS may check account, role and session apart, so each must be listed',
} as const;
const reason = reasonsOf(texts);

/** Everybody but a list is everybody. IAM user guide, "AWS JSON policy elements: NotPrincipal". */
export const policyNotPrincipal = defineRule({
  id: 'policy-not-principal',
  title: 'A key policy uses NotPrincipal',
  guard: 'policy-guard',
  severity: 'high',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: { ...policyTexts, ...texts, found: 'Statements of the key policy that use NotPrincipal: {count}' },
  remediation: 'Allow by Principal; deny by Principal "*" with a condition on aws:PrincipalArn.',
  judge: (input) =>
    judgePolicy(input, (read) => {
      const reasons = negatedIn(read);
      return statementVerdict(reasons, reasons.some(({ id }) => id === 'allows') ? 'high' : 'low');
    }),
});

const negatedIn = ({ policy }: ReadPolicy): readonly Reason[] =>
  policy.statements
    .filter(({ principal }) => principal.negated)
    .map((statement) =>
      reason(statement.effect === 'Allow' ? 'allows' : 'denies', {
        statement: quotedName(statement),
        principals: listed(statement.principal.entries.map(({ text }) => text)),
      }),
    )
    .toSorted((a, b) => a.id.localeCompare(b.id));
