import type { KeyPolicy, Statement } from '../document.ts';
import type { KeyRequest } from '../request.ts';
import { matchStatement, prepare, type Prepared } from './match-statement.ts';

export type Decision = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';

export type Evaluation = {
  readonly decision: Decision;
  /** The statements that decided; none for an implicit deny. */
  readonly statements: readonly Statement[];
};

/**
 * How to read what AWS does not document. `broad`: what may be allowed (for "who could get in").
 * `narrow`: what must be allowed (for "can this be relied on").
 */
export type Reading = 'broad' | 'narrow';

/** Decides one request by the key policy alone. Identity policies, SCPs and grants are no part of it. Pure. */
export const evaluate = (policy: KeyPolicy, request: KeyRequest, reading: Reading = 'broad'): Evaluation =>
  decide(policy, prepare(policy, request), reading);

/** Both readings at once; `certain` when they agree. */
export const evaluateBoth = (policy: KeyPolicy, request: KeyRequest): Evaluation & { readonly certain: boolean } => {
  const prepared = prepare(policy, request);
  const broad = decide(policy, prepared, 'broad');
  return { ...broad, certain: decide(policy, prepared, 'narrow').decision === broad.decision };
};

/**
 * Whether one request is permitted: the same as `evaluate`, without the statements that decided. `expected`: the Allow that
 * is asked first, when the caller has one in mind.
 */
export const isPermitted = (
  policy: KeyPolicy,
  request: KeyRequest,
  { reading, expected }: { readonly reading: Reading; readonly expected?: Statement | undefined },
): boolean => {
  const prepared = prepare(policy, request);
  const broad = reading === 'broad';
  const allows = (statement: Statement): boolean =>
    statement.effect === 'Allow' && matchStatement(statement, prepared).match[broad ? 'may' : 'must'];
  const denies = (statement: Statement): boolean =>
    statement.effect === 'Deny' && matchStatement(statement, prepared).match[broad ? 'must' : 'may'];
  const allowed = (expected !== undefined && allows(expected)) || policy.statements.some(allows);
  return allowed && !policy.statements.some(denies);
};

const decide = (policy: KeyPolicy, prepared: Prepared, reading: Reading): Evaluation => {
  const allows: Statement[] = [];
  const denies: Statement[] = [];
  for (const statement of policy.statements) {
    const { match } = matchStatement(statement, prepared);
    if (statement.effect === 'Allow' && (reading === 'broad' ? match.may : match.must)) allows.push(statement);
    if (statement.effect === 'Deny' && (reading === 'broad' ? match.must : match.may)) denies.push(statement);
  }
  if (denies.length > 0) return { decision: 'ExplicitDeny', statements: denies };
  if (allows.length > 0) return { decision: 'Allow', statements: allows };
  return { decision: 'ImplicitDeny', statements: [] };
};
