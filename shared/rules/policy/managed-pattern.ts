import {
  type KeyPolicy,
  type Operator,
  type PolicyAnalysis,
  type Statement,
  statementName,
} from '../../policy/index.ts';

const inside = new Set(['account', 'organization', 'trusted']);

/**
 * How AWS writes the policies of its own managed keys: everybody of the account, but only through a service, whose
 * permissions then decide. By its effect: a look-alike that lets a stranger in is none.
 */
export const isManagedPattern = (statement: Statement, { access }: PolicyAnalysis): boolean => {
  const { effect, principal, conditions } = statement;
  const through = conditions.some(({ key, operator }) => key.toLowerCase() === 'kms:viaservice' && asksFor(operator));
  const name = statementName(statement);
  return (
    effect === 'Allow' &&
    principal.entries.some(({ kind }) => kind === 'everyone') &&
    through &&
    access.every(({ who, statements }) => inside.has(who) || !statements.includes(name))
  );
};

/** False without the key, so that a call past the service does not pass. */
const asksFor = ({ family, negated, ifExists, qualifier }: Operator): boolean =>
  family !== 'null' && !negated && !ifExists && qualifier !== 'allValues';

/** The policy without such statements, each of the others in its place. */
export const withoutManagedPattern = (policy: KeyPolicy, analysis: PolicyAnalysis): KeyPolicy => ({
  ...policy,
  statements: policy.statements.filter((statement) => !isManagedPattern(statement, analysis)),
});
