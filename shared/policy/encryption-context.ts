import { type KeyPolicy, statementName } from './document.ts';
import type { PolicyFinding } from './findings.ts';

const CONTEXT_ACTIONS = /^kms:(?:\*|decrypt|encrypt|generatedatakey.*|reencrypt.*)$/i;

/**
 * Allows for cryptographic use that ask for no encryption context. Off by default: most callers pass none, and through an
 * AWS service it is the service that decides.
 */
export const encryptionContextFindings = (policy: KeyPolicy): readonly PolicyFinding[] =>
  policy.statements.flatMap((statement): readonly PolicyFinding[] => {
    const { action, effect, conditions, principal } = statement;
    const delegation = principal.entries.every((entry) => entry.kind === 'account' || entry.kind === 'service');
    const crypto =
      action !== null && !action.negated && action.patterns.some((pattern) => CONTEXT_ACTIONS.test(pattern));
    const asked = conditions.some(({ key }) =>
      /^kms:(?:encryptioncontext|viaservice|grantisforawsresource)/i.test(key),
    );
    if (effect !== 'Allow' || delegation || !crypto || asked) return [];
    const name = statementName(statement);
    const message = `${name} allows use of the key with any encryption context, or none`;
    return [
      {
        rule: 'policy-no-encryption-context',
        verdict: 'violation',
        severity: 'low',
        message,
        data: { statement: name },
      },
    ];
  });
