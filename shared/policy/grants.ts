import type { Grant } from '../facts/facts.ts';
import type { Condition, KeyPolicy, PrincipalEntry, Statement } from './document.ts';
import { readOperator } from './operators.ts';
import { readAwsPrincipal, readServicePrincipal } from './parse-principal.ts';
import { isServiceName } from './service-names.ts';

/** Operations whose requests carry an encryption context; the constraint says nothing about the others. */
const WITH_CONTEXT = /^(?:Decrypt|Encrypt|GenerateDataKey.*|ReEncrypt.*)$/;

/**
 * The policy with each grant as an Allow of its own, Sid `grant:ID`. A grant only adds: the policy's Denies still win
 * (AWS KMS Developer Guide, "Grants in AWS KMS"). An account as grantee is delegation, as in a policy.
 */
export const withGrants = (policy: KeyPolicy, grants: readonly Grant[]): KeyPolicy => {
  const statements: Statement[] = [...policy.statements];
  for (const grant of grants) {
    for (const statement of statementsOf(grant, policy.version))
      statements.push({ ...statement, index: statements.length });
  }
  return { ...policy, statements };
};

const statementsOf = (grant: Grant, version: KeyPolicy['version']): readonly Statement[] => {
  const entries = [grant.granteePrincipal, grant.granteeServicePrincipal].flatMap((text) =>
    text === null ? [] : [entryOf(text)],
  );
  const context = contextConditions(grant);
  const source = grant.constraints?.sourceArn ?? null;
  const always = source === null ? [] : [condition('ArnEquals', 'aws:SourceArn', [source])];
  const [bound, free] = [
    grant.operations.filter((operation) => WITH_CONTEXT.test(operation)),
    grant.operations.filter((operation) => !WITH_CONTEXT.test(operation)),
  ];
  const parts =
    context.length === 0
      ? [{ operations: grant.operations, more: [] }]
      : [
          { operations: bound, more: context },
          { operations: free, more: [] },
        ];
  return parts
    .filter(({ operations }) => operations.length > 0)
    .map(({ operations, more }) => ({
      index: 0,
      sid: `grant:${grant.grantId}`,
      effect: 'Allow',
      principal: { negated: false, entries },
      action: { negated: false, patterns: operations.map((operation) => `kms:${operation}`) },
      resource: { negated: false, patterns: ['*'] },
      conditions: [...always, ...more].map((one) => (version === '2012-10-17' ? withoutVariables(one) : one)),
    }));
};

const entryOf = (text: string): PrincipalEntry => {
  const entry = isServiceName(text) ? readServicePrincipal(text) : readAwsPrincipal(text);
  return 'refused' in entry || entry.kind === 'everyone' ? { kind: 'nobody', text } : entry;
};

const contextConditions = ({ constraints }: Grant): readonly Condition[] => {
  const equals = constraints?.encryptionContextEquals ?? null;
  const pairs = Object.entries(equals ?? constraints?.encryptionContextSubset ?? {});
  const named = pairs.map(([name, value]) => condition('StringEquals', `kms:EncryptionContext:${name}`, [value]));
  if (equals === null) return named;
  return [
    ...named,
    condition(
      'ForAllValues:StringEquals',
      'kms:EncryptionContextKeys',
      pairs.map(([name]) => name),
    ),
  ];
};

const condition = (operator: string, key: string, values: readonly string[]): Condition => ({
  operator: readOperator(operator),
  key,
  name: key.toLowerCase(),
  values,
});

/** Variables are no part of a grant: a `${` in a constraint is text. */
const withoutVariables = (one: Condition): Condition => ({
  ...one,
  values: one.values.map((value) => value.replaceAll('${', '${$}{')),
});
