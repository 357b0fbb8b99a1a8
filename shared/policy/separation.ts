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
    .flatMap((account) => callersOf(account, engine).filter((caller) => caller.kind === 'named'))
    .flatMap((caller) => breachOf(engine, policy, caller) ?? []);
};

const breachOf = (engine: Engine, policy: KeyPolicy, caller: Caller): DutyBreach | null => {
  const direct = engine
    .usesOf(policy, caller, { effect: 'Allow', side: 'may' })
    .filter(
      ({ clause }) =>
        clause.statement.principal.negated || clause.statement.principal.entries.some((e) => isDirect(e, caller)),
    );
  if (direct.length === 0) return null;
  const admin = firstOf(engine, policy, { caller, allows: direct, duty: 'admin' });
  const use = admin === null ? null : firstOf(engine, policy, { caller, allows: direct, duty: 'use' });
  if (admin === null || use === null) return null;
  return {
    principal: caller.kind === 'named' ? caller.named.text : '*',
    admin: admin.action,
    use: use.action,
    statements: [...new Set([admin.statement, use.statement])],
    certain: admin.certain && use.certain,
  };
};

const isDirect = (entry: PrincipalEntry, caller: Caller): boolean => {
  if (entry.kind === 'everyone') return true;
  if (caller.kind !== 'named' || entry.kind === 'account') return false;
  return (
    entry.text === caller.named.text ||
    (entry.kind === 'role' && caller.named.kind === 'session' && entry.name === caller.named.name)
  );
};

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
    const found = engine
      .ask({ caller, facts: [allow], avoid, actions, replay: permits(policy, 'broad') })
      .find((one) => one.kind !== 'no');
    const action = found?.actions[0]?.name;
    if (found !== undefined && action !== undefined) {
      return { action, statement: allow.clause.statement.index, certain: found.kind === 'yes' };
    }
  }
  return null;
};
