import type { Hit, Who } from './access.ts';
import { type KeyPolicy, statementName } from './document.ts';
import type { RequestContext } from './request.ts';

/** Who gets in, by which statements, and a request that proves it. The JSON shape of `policy check`. */
export type Access = {
  readonly who: Who;
  readonly principal: string;
  readonly actions: readonly string[];
  /** Sids, or `Statement[2]` where there is none. */
  readonly statements: readonly string[];
  /** False where AWS does not document the construct, or the search did not finish. */
  readonly certain: boolean;
  /** Null when the search did not finish: treated as access all the same. */
  readonly witness: Witness | null;
};

/** A concrete, complete request that the policy permits. */
export type Witness = { readonly principal: string; readonly action: string; readonly context: RequestContext };

/** One entry for each class and set of actions, however many statements give it. */
export const accessEntries = (hits: readonly Hit[], policy: KeyPolicy): readonly Access[] => {
  const bySource = new Map<string, Merged>();
  for (const hit of hits) {
    const key = `${labelOf(hit)} ${hit.statement}`;
    const merged = bySource.get(key);
    if (merged === undefined) bySource.set(key, { hit, actions: hit.actions, statements: [hit.statement] });
    else bySource.set(key, { ...merged, actions: [...merged.actions, ...hit.actions] });
  }
  const byActions = new Map<string, Merged>();
  for (const one of bySource.values()) {
    const actions = [...new Set(one.actions)].toSorted();
    const key = `${labelOf(one.hit)} ${actions.join()}`;
    const merged = byActions.get(key);
    if (merged === undefined) byActions.set(key, { ...one, actions });
    else merged.statements.push(...one.statements);
  }
  const names = new Map(policy.statements.map((statement) => [statement.index, statementName(statement)]));
  return [...byActions.values()].map((merged) => entry(merged, names));
};

const labelOf = ({ who, principal, certain, witness }: Hit): string =>
  `${who} ${principal} ${certain} ${witness === null}`;

type Merged = { readonly hit: Hit; readonly actions: readonly string[]; readonly statements: number[] };

const entry = ({ hit, actions, statements }: Merged, names: ReadonlyMap<number, string>): Access => ({
  who: hit.who,
  principal: hit.principal,
  actions,
  statements: statements.map((index) => names.get(index) ?? `Statement[${index}]`),
  certain: hit.certain,
  witness:
    hit.witness === null
      ? null
      : { principal: hit.witness.principal, action: hit.witness.action, context: hit.witness.context },
});
