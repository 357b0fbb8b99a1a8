import type { PrincipalEntry } from '../document.ts';
import { type Caller, principalSides } from './callers.ts';
import type { Clause } from './clauses.ts';
import type { Use } from './search.ts';

type Sides = Readonly<Record<Use['side'], readonly Use[]>>;
type Uses = Readonly<Record<'Allow' | 'Deny', Sides>>;

/** Clauses by whom they speak of, so that a policy about hundreds of roles is not read whole for each of them. */
export class ClauseIndex {
  private readonly byName = new Map<string, Clause[]>();
  /** By id: the same list for the same question lets the search reuse what it worked out. */
  private readonly byCaller = new Map<string, Uses>();
  private readonly lists = new Map<string, readonly Use[]>();

  constructor(clauses: readonly Clause[]) {
    for (const clause of clauses) {
      const { negated, entries } = clause.statement.principal;
      const names = negated ? [EVERYONE] : new Set(entries.map(nameOf));
      for (const name of names) {
        const known = this.byName.get(name);
        if (known === undefined) this.byName.set(name, [clause]);
        else known.push(clause);
      }
    }
  }

  /** The clauses whose principal is this caller, for each effect and side, in the order of the policy. */
  usesOf(caller: Caller): Uses {
    const known = this.byCaller.get(caller.id);
    if (known !== undefined) return known;
    const uses = {
      Allow: { may: new Array<Use>(), must: new Array<Use>() },
      Deny: { may: new Array<Use>(), must: new Array<Use>() },
    };
    for (const clause of this.about(caller)) {
      const { effect, principal } = clause.statement;
      const sides = principalSides(principal, caller, effect);
      if (sides.may && clause.actions.may.size > 0) uses[effect].may.push({ clause, side: 'may' });
      if (sides.must && clause.actions.must.size > 0) uses[effect].must.push({ clause, side: 'must' });
    }
    const shared = { Allow: uses.Allow, Deny: { may: this.shared(uses.Deny.may), must: this.shared(uses.Deny.must) } };
    this.byCaller.set(caller.id, shared);
    return shared;
  }

  /** The same list for callers whom the same statements are about. */
  private shared(uses: readonly Use[]): readonly Use[] {
    const id = uses.map(({ clause, side }) => `${clause.statement.index}${side}`).join();
    const known = this.lists.get(id);
    if (known !== undefined) return known;
    this.lists.set(id, uses);
    return uses;
  }

  /** A superset of the clauses that match the caller, in the order of the policy. */
  private about(caller: Caller): Iterable<Clause> {
    const lists = namesOf(caller).flatMap((name) => this.byName.get(name) ?? []);
    const [first] = lists;
    if (first === undefined || lists.length === 1) return lists;
    return new Set(lists.toSorted((a, b) => a.statement.index - b.statement.index));
  }
}

const EVERYONE = '*';

const nameOf = (entry: PrincipalEntry): string => {
  switch (entry.kind) {
    case 'account':
      return entry.account;
    case 'role':
    case 'user':
      return `${entry.kind} ${entry.account} ${entry.name}`;
    default:
      return entry.text;
  }
};

const namesOf = (caller: Caller): readonly string[] => {
  if (caller.kind === 'service') return [EVERYONE, caller.service];
  if (caller.kind !== 'named') return [EVERYONE, caller.account];
  const { named, account } = caller;
  const owner = named.kind === 'role' || named.kind === 'session' ? 'role' : 'user';
  return [EVERYONE, account, named.text, `${owner} ${account} ${named.name}`];
};
