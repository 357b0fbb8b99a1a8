import { encryptionContextFindings, statementName } from '../policy/index.ts';
import { compliant, defineRule, type JudgeInput, type Reason, type Verdict } from './define-rule.ts';
import type { ReadPolicy } from './policy/analysis.ts';
import { judgePolicy, policyCalls, policyTexts } from './policy/judge-policy.ts';
import { quotedName, statementVerdict } from './policy/statements.ts';
import { reasonsOf, undeterminedBy } from './reason.ts';

const texts = { anyContext: '{statement} allows use of the key with any encryption context, or none' } as const;
const reason = reasonsOf(texts);

/**
 * An encryption context ties a ciphertext to its place, and each use of the key to it in CloudTrail. Off by default: most
 * callers pass none. KMS developer guide, "Encryption context".
 */
export const policyNoEncryptionContext = defineRule({
  id: 'policy-no-encryption-context',
  title: 'A key policy allows use of a key without an encryption context',
  guard: 'policy-guard',
  severity: 'low',
  watches: policyCalls,
  sweep: true,
  enabledByDefault: false,
  needs: ['policy', 'metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...policyTexts,
    ...texts,
    found: 'Statements of the key policy that ask for no encryption context: {count}',
  },
  remediation: 'Add a condition on kms:EncryptionContext:NAME or kms:EncryptionContextKeys to the statement.',
  judge: (input) => judgePolicy(input, (read) => judgeContext(read, input)),
});

/** Only symmetric encryption keys know an encryption context. */
const judgeContext = (read: ReadPolicy, { facts: { metadata } }: JudgeInput): Verdict => {
  const reasons = withoutContext(read);
  if (reasons.length === 0) return compliant;
  if (!metadata.known) return undeterminedBy('metadata', metadata);
  return metadata.value.keySpec === 'SYMMETRIC_DEFAULT' ? statementVerdict(reasons) : { verdict: 'notApplicable' };
};

const withoutContext = ({ policy }: ReadPolicy): readonly Reason[] => {
  const found = encryptionContextFindings(policy).map(({ data }) => data['statement']);
  return policy.statements
    .filter((statement) => statement.effect === 'Allow' && found.includes(statementName(statement)))
    .map((statement) => reason('anyContext', { statement: quotedName(statement) }));
};
