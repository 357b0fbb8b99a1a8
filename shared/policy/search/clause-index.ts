import type { PrincipalEntry } from '../document.ts';
import type { Caller } from './callers.ts';
import type { Clause } from './clauses.ts';

/** Clauses by whom they speak of, so that a policy about hundreds of roles is not read whole for each of them. */
export class ClauseIndex {
  private readonly byName = new Map<string, Clause[]>();

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

  /** A superset of the clauses that match the caller, in the order of the policy. */
  about(caller: Caller): readonly Clause[] {
    const lists = namesOf(caller).flatMap((name) => this.byName.get(name) ?? []);
    return [...new Set(lists)].toSorted((a, b) => a.statement.index - b.statement.index);
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
