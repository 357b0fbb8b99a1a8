import { type IneffectiveStatement, type Statement, statementName } from '../policy/index.ts';
import { compliant, defineRule, type Reason, type Verdict } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { quotedName, statementVerdict } from './policy/statements.ts';
import { listed } from './policy/words.ts';
import { reasonsOf } from './reason.ts';

const texts = {
  noResource: '{effect} {statement} has no Resource: KMS stores it, and it does nothing',
  otherResource: '{effect} {statement} is about another key',
  noAction: '{effect} {statement} covers no action of KMS keys',
  otherService: '{effect} {statement} names actions that are not of KMS',
  accountAction: '{effect} {statement} names actions that no key policy decides: {actions}',
  accountActionsOnly: '{effect} {statement} names only actions that no key policy decides, such as kms:ListKeys',
  unsatisfiable: '{effect} {statement} has conditions that no request can meet',
  notAcrossAccounts: '{effect} {statement} grants another account what KMS does not offer across accounts: {actions}',
} as const satisfies Readonly<Record<IneffectiveStatement['why'] | 'accountActionsOnly', string>>;
const reason = reasonsOf(texts);

/** What looks like something and is nothing misleads whoever reads it. KMS developer guide, "Key policies in AWS KMS". */
export const policyIneffective = defineRule({
  id: 'policy-ineffective',
  title: 'A statement of a key policy does nothing',
  guard: 'policy-guard',
  severity: 'low',
  watches: policyCalls,
  sweep: true,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...policyTexts,
    ...texts,
    found: 'Statements of the key policy that do nothing, in whole or in part: {count}',
    unfinished: 'Whether every statement of the key policy does something is unknown: the analysis did not finish',
  },
  remediation: 'Correct the statement, or take it out. A Deny that does nothing protects nothing.',
  judge: (input) => judgePolicy(input, judgeStatements),
});

const judgeStatements = ({ analysis, policy }: ReadPolicy): Verdict => {
  const found = analysis.ineffective.flatMap((one) => {
    const statement = policy.statements.find(({ index }) => index === one.statement);
    return statement === undefined ? [] : [{ one, statement }];
  });
  if (found.length === 0) {
    return analysis.complete ? compliant : { verdict: 'undetermined', message: 'unfinished', data: {} };
  }
  const severity = worstOf(found.map(({ one, statement }) => ({ ...one, effect: statement.effect })));
  return statementVerdict(
    found.map(({ one, statement }) => ineffectiveReason(one, statement)),
    severity,
  );
};

/** A Deny that protects nothing is worse than an Allow that gives nothing; kms:ListKeys beside the rest harms nobody. */
const worstOf = (found: readonly (IneffectiveStatement & { readonly effect: string })[]) => {
  if (found.some(({ effect }) => effect === 'Deny')) return 'medium';
  return found.every(({ why }) => why === 'accountAction') ? 'info' : 'low';
};

const ineffectiveReason = ({ why, actions }: IneffectiveStatement, statement: Statement): Reason =>
  reason(why === 'accountAction' && actions.length === 0 ? 'accountActionsOnly' : why, {
    effect: statement.effect,
    statement: quotedName(statement),
    sid: statementName(statement),
    actions: listed(actions),
  });
