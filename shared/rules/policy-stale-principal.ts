import { defineRule, type Reason } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { quotedName, statementVerdict } from './policy/statements.ts';
import { listed } from './policy/words.ts';
import { reasonsOf } from './reason.ts';

const texts = { stale: '{statement} names {principals}: a user or role that no longer exists' } as const;
const reason = reasonsOf(texts);

/**
 * IAM puts its unique id in place of a principal that was deleted; one made anew under the old name does not get in.
 * IAM user guide, "AWS JSON policy elements: Principal".
 */
export const policyStalePrincipal = defineRule({
  id: 'policy-stale-principal',
  title: 'A key policy names a principal that no longer exists',
  guard: 'policy-guard',
  severity: 'low',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: { ...policyTexts, ...texts, found: 'Statements of the key policy that name deleted principals: {count}' },
  remediation: 'Take the id out of the policy, or name the user or role that took its place.',
  judge: (input) => judgePolicy(input, (read) => statementVerdict(staleIn(read))),
});

const staleIn = ({ policy }: ReadPolicy): readonly Reason[] =>
  policy.statements.flatMap((statement) => {
    const gone = statement.principal.entries.filter(({ kind }) => kind === 'unique-id').map(({ text }) => text);
    return gone.length === 0
      ? []
      : [reason('stale', { statement: quotedName(statement), principals: listed(gone), count: gone.length })];
  });
