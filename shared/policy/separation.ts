import type { KeyPolicy, PrincipalEntry } from './document.ts';
import { type Caller, callersOf } from './search/callers.ts';
import { type Engine, permits } from './search/engine.ts';
import type { Use } from './search/search.ts';
import { standingOf } from './zone.ts';

/** A principal that administers the key and uses it: by two different requests, if need be. */
export type DutyBreach = {
  readonly principal: string;
  readonly admin: string;
  readonly use: string;
  readonly statements: readonly number[];
  /** False when the search did not finish for one of the two. */
  readonly certain: boolean;
};

/** A grant that only a service can make, or only for one grantee, hands out nothing: it is no administration. */
const GRANT_LIMITS = new Set(['kms:granteeprincipal', 'kms:granteeserviceprincipal', 'kms:grantisforawsresource']);

/**
 * Principals of the zone, named in the policy, that can do something of the admin set and something of the use set.
 * What an account delegates to its IAM policies cannot be judged from here and does not count.
 */
export const dutyBreaches = (engine: Engine, policy: KeyPolicy): readonly DutyBreach[] => {
  const accounts = [...new Set(engine.survey.named.map((named) => named.account))].filter(
    (account) => standingOf(engine.zone, account) !== 'outside',
  );
  return accounts
    .flatMap((account) => callersOf(account, engine))
    .flatMap((caller) => (caller.kind === 'named' ? (breachOf(engine, policy, caller) ?? []) : []));
};

type NamedCaller = Extract<Caller, { kind: 'named' }>;

const breachOf = (engine: Engine, policy: KeyPolicy, caller: NamedCaller): DutyBreach | null => {
  const direct = engine
    .usesOf(policy, caller, { effect: 'Allow', side: 'may' })
    .filter(
      ({ clause }) =>
        clause.statement.principal.negated || clause.statement.principal.entries.some((e) => isDirect(e, caller)),
    );
  const admin = firstOf(engine, policy, { caller, allows: direct, duty: 'admin' });
  if (admin === null) return null;
  const use = firstOf(engine, policy, { caller, allows: direct, duty: 'use' });
  if (use === null) return null;
  return {
    principal: caller.named.text,
    admin: admin.action,
    use: use.action,
    statements: [...new Set([admin.statement, use.statement])],
    certain: admin.certain && use.certain,
  };
};

/** By its own name, as everybody or, for a session, by its role's name: session ARNs carry no path. */
const isDirect = (entry: PrincipalEntry, { named }: NamedCaller): boolean =>
  entry.kind === 'everyone' ||
  entry.text === named.text ||
  (entry.kind === 'role' && named.kind === 'session' && entry.name === named.name && entry.account === named.account);

type Duty = { readonly caller: Caller; readonly allows: readonly Use[]; readonly duty: 'admin' | 'use' };

const firstOf = (
  engine: Engine,
  policy: KeyPolicy,
  { caller, allows, duty }: Duty,
): { readonly action: string; readonly statement: number; readonly certain: boolean } | null => {
  const foreign = caller.standing !== 'own';
  const avoid = engine.usesOf(policy, caller, { effect: 'Deny', side: 'must' });
  for (const allow of allows) {
    const limited = allow.clause.keys.some((key) => GRANT_LIMITS.has(key));
    const actions = [...allow.clause.actions.may].filter((i) => {
      const action = engine.actions[i];
      if (action === undefined || !action[duty] || (foreign && !action.crossAccount)) return false;
      return !(limited && action.name === 'kms:CreateGrant');
    });
    const [first] = engine
      .ask({ caller, facts: [allow], avoid, actions, replay: permits(policy, 'broad') })
      .flatMap((found) =>
        found.kind === 'no' ? [] : found.actions.map(({ name }) => ({ action: name, certain: found.kind === 'yes' })),
      );
    if (first !== undefined) return { ...first, statement: allow.clause.statement.index };
  }
  return null;
};
