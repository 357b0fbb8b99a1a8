/** A key policy, parsed. Everything after `parsePolicy` trusts these types. */

export type KeyPolicy = {
  /** Variables (`${...}`) are read only under 2012-10-17. */
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
};

export type Statement = {
  /** Place in the policy, from 0; grants come after the last one. */
  readonly index: number;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly principal: PrincipalElement;
  /** Null: the element is missing. KMS stores such a statement, and it has no effect. */
  readonly action: PatternElement | null;
  readonly resource: PatternElement | null;
  readonly conditions: readonly Condition[];
};

/** `negated`: NotPrincipal, NotAction, NotResource. */
export type PrincipalElement = { readonly negated: boolean; readonly entries: readonly PrincipalEntry[] };
export type PatternElement = { readonly negated: boolean; readonly patterns: readonly string[] };

type InAccount = { readonly text: string; readonly partition: string; readonly account: string };

export type PrincipalEntry =
  | { readonly kind: 'everyone'; readonly text: '*' }
  | ({ readonly kind: 'account' } & InAccount)
  | ({ readonly kind: 'role'; readonly name: string } & InAccount)
  | ({ readonly kind: 'session'; readonly name: string; readonly session: string } & InAccount)
  | ({ readonly kind: 'user'; readonly name: string } & InAccount)
  | ({ readonly kind: 'federated-user'; readonly name: string } & InAccount)
  | { readonly kind: 'service'; readonly text: string }
  /** The unique id that IAM leaves behind when the user or role is deleted. Matches nobody. */
  | { readonly kind: 'unique-id'; readonly text: string }
  /** KMS refuses it (wildcard in an ARN, Federated, group...), so it matches nobody. */
  | { readonly kind: 'nobody'; readonly text: string };

/** One line of a Condition block: true when the key's value passes the operator for one (negated: for none) of the values. */
export type Condition = {
  readonly operator: Operator;
  /** As written. */
  readonly key: string;
  /** In lower case: names are compared without case. */
  readonly name: string;
  readonly values: readonly string[];
};

export type OperatorFamily =
  | 'string'
  | 'stringIgnoreCase'
  | 'like'
  | 'arn'
  | 'numeric'
  | 'date'
  | 'bool'
  | 'ip'
  | 'binary'
  | 'null'
  /** No such operator: never matches, and KMS refuses the policy. */
  | 'unknown';

export type Comparison = 'equals' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual';

export type Operator = {
  readonly text: string;
  readonly family: OperatorFamily;
  readonly comparison: Comparison;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly qualifier: 'none' | 'anyValue' | 'allValues';
};

/** What is wrong, where (a JSON path from `$`), and whether KMS refuses the policy for it. */
export type PolicyError = { readonly path: string; readonly message: string };

/** How a statement is named to people and in findings: its Sid, or its place. */
export const statementName = (statement: Statement): string => statement.sid ?? `Statement[${statement.index}]`;
