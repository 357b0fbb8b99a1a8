import { type Statement, statementName } from '../policy/index.ts';
import { defineRule, type Reason } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { isManagedPattern } from './policy/managed-pattern.ts';
import { quotedName, statementVerdict } from './policy/statements.ts';
import { conditionsOf } from './policy/words.ts';
import { reasonsOf } from './reason.ts';

const texts = {
  unlimited: '{statement} allows every principal and has no condition',
  limited: '{statement} allows every principal, limited only by {conditions}',
} as const;
const reason = reasonsOf(texts);

/**
 * An Allow for every principal needs no IAM policy: inside the account too, whoever meets the conditions gets in. Whether
 * strangers do is the question of policy-public. KMS developer guide, "Key policies in AWS KMS".
 */
export const policyWildcardPrincipal = defineRule({
  id: 'policy-wildcard-principal',
  title: 'A key policy allows every principal and leaves the limits to conditions',
  guard: 'policy-guard',
  severity: 'low',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: { ...policyTexts, ...texts, found: 'Statements of the key policy that allow every principal: {count}' },
  remediation:
    'Name the accounts or roles that need the key. With a wildcard, one condition less makes the key public, ' +
    'and IAM policies of the own account have no say.',
  judge: (input) => judgePolicy(input, (read) => statementVerdict(wildcards(read))),
});

const wildcards = (read: ReadPolicy): readonly Reason[] =>
  read.policy.statements
    .filter(hasWildcard)
    .filter((statement) => letsIn(statement, read) && !isManagedPattern(statement, read.analysis))
    .map((statement) => {
      const conditions = conditionsOf(read.policy, [statementName(statement)]);
      return reason(conditions === '' ? 'unlimited' : 'limited', { statement: quotedName(statement), conditions });
    });

const hasWildcard = ({ effect, principal }: Statement): boolean =>
  effect === 'Allow' && !principal.negated && principal.entries.some(({ kind }) => kind === 'everyone');

/** A statement that lets nobody in is the concern of policy-ineffective. */
const letsIn = (statement: Statement, { analysis }: ReadPolicy): boolean =>
  analysis.access.some(({ statements }) => statements.includes(statementName(statement)));
