import type { KmsAction } from './action-catalogue.ts';
import type { KeyPolicy } from './document.ts';
import type { KeyRequest } from './request.ts';
import type { Caller } from './search/callers.ts';
import { type Engine, type Found, permits } from './search/engine.ts';
import { principalSides } from './search/callers.ts';
import type { Use } from './search/search.ts';

export type Who = 'public' | 'external' | 'conditional' | 'service' | 'trusted' | 'organization' | 'account';

/** One statement lets one class of callers do some actions. */
export type Hit = {
  readonly who: Who;
  /** How the class is shown: `*`, an account's root ARN, a principal's ARN, an organization or a service. */
  readonly principal: string;
  readonly caller: Caller;
  readonly statement: number;
  readonly actions: readonly string[];
  /** The request that proves it; null when the search did not finish, which counts as access. */
  readonly witness: KeyRequest | null;
  /** False where AWS does not document the construct, or the search did not finish. */
  readonly certain: boolean;
  /** Why there is no witness. `not certified`: the evaluator refused it, which is a defect of ours and must be heard of. */
  readonly doubt: 'budget' | 'not certified' | null;
};

/** Why a statement lets a class of callers do nothing. */
export type Refusal = { readonly statement: number; readonly found: Extract<Found, { kind: 'no' }> };

export type Reach = { readonly hits: readonly Hit[]; readonly refusals: readonly Refusal[] };

export type Label = { readonly who: Who; readonly principal: string };

/** A class of callers, how it is shown, and what makes it not worth saying. */
export type Candidate = {
  readonly caller: Caller;
  readonly label: Label;
  /** What one member of a group can do is not said again of the next one... */
  readonly group: string;
  /** ...nor what a wider group can do, which comes first. */
  readonly within: string | null;
};

/** Statement and action pairs that somebody already has: not worth saying again. */
export type Covered = Map<number, Set<KmsAction>>;

/** Keeps what each group of candidates can do. A group starts with what its wider group has. */
export class Coverage {
  private readonly groups = new Map<string, Covered>();

  of({ group, within }: { readonly group: string; readonly within: string | null }): Covered {
    const known = this.groups.get(group);
    if (known !== undefined) return known;
    const wider = within === null ? undefined : this.groups.get(within);
    const covered: Covered = new Map(wider?.entries().map(([statement, actions]) => [statement, new Set(actions)]));
    this.groups.set(group, covered);
    return covered;
  }
}

export const cover = (covered: Covered, statement: number, actions: readonly KmsAction[]): void => {
  const known = covered.get(statement);
  if (known === undefined) covered.set(statement, new Set(actions));
  else for (const action of actions) known.add(action);
};

/** Indexes of the actions of an Allow that this caller can use, and does not have yet. */
export const newActions = (engine: Engine, { clause, side }: Use, who: { caller: Caller; covered: Covered }) => {
  const foreign = who.caller.standing !== 'own';
  const known = who.covered.get(clause.statement.index);
  const actions: number[] = [];
  for (const i of clause.actions[side]) {
    const action = engine.actions[i];
    if (action === undefined || (foreign && !action.crossAccount) || known?.has(action) === true) continue;
    actions.push(i);
  }
  return actions;
};

/** What the policy may permit a class of callers, statement by statement. Adds what it finds to `covered`. */
export const reachOf = (
  engine: Engine,
  policy: KeyPolicy,
  { caller, label, covered }: { readonly caller: Caller; readonly label: Label; readonly covered: Covered },
): Reach => {
  const hits: Hit[] = [];
  const refusals: Refusal[] = [];
  const allows = engine.usesOf(policy, caller, { effect: 'Allow', side: 'may' });
  if (allows.length === 0) return { hits, refusals };
  const avoid = engine.usesOf(policy, caller, { effect: 'Deny', side: 'must' });
  for (const allow of allows) {
    const { index } = allow.clause.statement;
    const actions = newActions(engine, allow, { caller, covered });
    const ask = { caller, facts: [allow], avoid, actions, replay: permits(policy, 'broad', allow) };
    for (const found of engine.ask(ask)) {
      if (found.kind === 'no') {
        refusals.push({ statement: index, found });
        continue;
      }
      if (found.kind === 'yes') cover(covered, index, found.actions);
      const names = found.actions.map((action) => action.name);
      const sure = found.kind === 'yes' ? certainty(engine, policy, { caller, allow, found }) : null;
      hits.push({
        ...label,
        caller,
        statement: index,
        actions: names,
        witness: sure?.witness ?? null,
        certain: sure?.certain ?? false,
        doubt: found.kind === 'undetermined' ? found.why : null,
      });
    }
  }
  return { hits, refusals };
};

type Yes = Extract<Found, { kind: 'yes' }>;

/** Looks for a witness that holds under both readings. When nothing undocumented is in play the first one does. */
const certainty = (
  engine: Engine,
  policy: KeyPolicy,
  { caller, allow, found }: { readonly caller: Caller; readonly allow: Use; readonly found: Yes },
): { readonly witness: KeyRequest; readonly certain: boolean } => {
  if (!engine.hasUncertain(policy)) return { witness: found.request, certain: true };
  const avoid = engine.usesOf(policy, caller, { effect: 'Deny', side: 'may' });
  const inPlay = [allow, ...avoid];
  if (!inPlay.some((use) => isUncertain(use, caller))) return { witness: found.request, certain: true };
  const sides = principalSides(allow.clause.statement.principal, caller, 'Allow');
  if (!sides.must) return { witness: found.request, certain: false };
  const actions = found.actions.map((action) => engine.actions.indexOf(action));
  const facts: readonly Use[] = [{ clause: allow.clause, side: 'must' }];
  const sure = engine.ask({ caller, facts, avoid, actions, replay: permits(policy, 'narrow', allow) });
  const covered = sure.filter((one) => one.kind === 'yes');
  const [first] = covered;
  const all = covered.flatMap((one) => one.actions).length === found.actions.length;
  return first !== undefined && all
    ? { witness: first.request, certain: true }
    : { witness: found.request, certain: false };
};

const isUncertain = ({ clause }: Use, caller: Caller): boolean => {
  const { principal, effect } = clause.statement;
  const sides = principalSides(principal, caller, effect);
  return clause.uncertain || sides.may !== sides.must;
};
