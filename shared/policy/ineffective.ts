import type { Hit } from './access.ts';
import { strangers } from './census.ts';
import { ACCOUNT_ACTIONS } from './action-catalogue.ts';
import type { KeyPolicy, Statement } from './document.ts';
import { accountCandidates, foreignAccounts } from './census.ts';
import type { Engine } from './search/engine.ts';

/** A statement, or a part of one, that does nothing. */
export type IneffectiveStatement = {
  readonly statement: number;
  /**
   * `noResource`, `otherResource`, `noAction`, `otherService`, `accountAction`: it is not about this key.
   * `unsatisfiable`: no request meets its conditions. `notAcrossAccounts`: KMS does not offer these actions there.
   */
  readonly why:
    | 'noResource'
    | 'otherResource'
    | 'noAction'
    | 'otherService'
    | 'accountAction'
    | 'unsatisfiable'
    | 'notAcrossAccounts';
  readonly actions: readonly string[];
};

/** Statements that look like something and are nothing. `hits`: what the access search found, inside and outside. */
export const ineffectiveStatements = (
  engine: Engine,
  policy: KeyPolicy,
  hits: readonly Hit[],
): readonly IneffectiveStatement[] => {
  const effective = new Set(hits.map((hit) => hit.statement));
  return policy.statements.flatMap((statement): readonly IneffectiveStatement[] => {
    const shape = shapeOf(engine, policy, statement);
    if (shape !== null) return [{ statement: statement.index, why: shape, actions: [] }];
    if (statement.effect === 'Deny') return [];
    const found: IneffectiveStatement[] = accountActions(statement);
    const reachable = statement.principal.negated || statement.principal.entries.some(isReachable);
    if (!effective.has(statement.index) && reachable && !isSatisfiable(engine, policy, statement)) {
      return [...found, { statement: statement.index, why: 'unsatisfiable', actions: [] }];
    }
    const acrossAccounts = voidAcrossAccounts(engine, policy, statement);
    return acrossAccounts.length === 0
      ? found
      : [...found, { statement: statement.index, why: 'notAcrossAccounts', actions: acrossAccounts }];
  });
};

const isReachable = (entry: Statement['principal']['entries'][number]): boolean =>
  entry.kind !== 'nobody' && entry.kind !== 'unique-id';

const shapeOf = (engine: Engine, policy: KeyPolicy, statement: Statement): IneffectiveStatement['why'] | null => {
  if (statement.resource === null) return 'noResource';
  if (statement.action === null) return 'noAction';
  const clause = engine.clauses.get(policy)?.find((one) => one.statement === statement);
  if (clause === undefined || clause.actions.may.size > 0) return null;
  const { patterns, negated } = statement.action;
  if (!negated && patterns.every((pattern) => ACCOUNT_ACTIONS.has(pattern.toLowerCase()))) return 'accountAction';
  const kms = negated || patterns.some((pattern) => /^(?:\*$|kms:|[^:]*[*?][^:]*:)/i.test(pattern));
  if (!kms) return 'otherService';
  return statement.resource.patterns.includes('*') && !statement.resource.negated ? 'noAction' : 'otherResource';
};

/** Actions such as kms:ListKeys or kms:CreateKey, which no key policy decides. */
const accountActions = (statement: Statement): IneffectiveStatement[] => {
  const { action } = statement;
  const actions =
    action === null || action.negated ? [] : action.patterns.filter((name) => ACCOUNT_ACTIONS.has(name.toLowerCase()));
  return actions.length === 0 ? [] : [{ statement: statement.index, why: 'accountAction', actions }];
};

/** Whether some caller meets the statement's own conditions, Denies aside. */
const isSatisfiable = (engine: Engine, policy: KeyPolicy, statement: Statement): boolean =>
  everybody(engine).some((caller) => meets(engine, policy, { caller, statement, only: () => true }).length > 0);

const everybody = (engine: Engine) => [
  ...strangers(engine).map((one) => one.caller),
  ...[engine.zone.account, ...engine.survey.accounts].flatMap((account) =>
    accountCandidates(engine, account).map((one) => one.caller),
  ),
];

/** Void actions that the statement spells out, or all it has, for callers of other accounts. */
const voidAcrossAccounts = (engine: Engine, policy: KeyPolicy, statement: Statement): readonly string[] => {
  const { action } = statement;
  if (action === null || action.negated) return [];
  const spelled = new Set(action.patterns.map((pattern) => pattern.toLowerCase()));
  const clause = engine.clauses.get(policy)?.find((one) => one.statement === statement);
  const covered = [...(clause?.actions.may ?? [])].flatMap((i) => engine.actions[i] ?? []);
  const all = covered.every((one) => !one.crossAccount);
  const candidates = new Set(
    covered.filter((one) => !one.crossAccount && (all || spelled.has(one.name.toLowerCase()))).map((one) => one.name),
  );
  if (candidates.size === 0) return [];
  const outside = [
    ...strangers(engine),
    ...foreignAccounts(engine).flatMap((account) => accountCandidates(engine, account)),
  ];
  for (const { caller } of outside) {
    const found = meets(engine, policy, { caller, statement, only: (name) => candidates.has(name) });
    if (found.length > 0) return found;
  }
  return [];
};

type Meeting = {
  readonly caller: ReturnType<typeof everybody>[number];
  readonly statement: Statement;
  readonly only: (action: string) => boolean;
};

const meets = (engine: Engine, policy: KeyPolicy, { caller, statement, only }: Meeting): readonly string[] => {
  const use = engine
    .usesOf(policy, caller, { effect: 'Allow', side: 'may' })
    .find((one) => one.clause.statement === statement);
  if (use === undefined) return [];
  const actions = [...use.clause.actions.may].filter((i) => only(engine.actions[i]?.name ?? ''));
  const found = engine.ask({ caller, facts: [use], avoid: [], actions, replay: () => true });
  return found.flatMap((one) => (one.kind === 'no' ? [] : one.actions.map((action) => action.name)));
};
