import type { Atom } from './atoms.ts';
import type { Budget } from './budget.ts';
import { type Domain, type KeyValue, settled } from './domain.ts';
import type { KeySolver, Literal } from './solve-key.ts';

/** One Allow to satisfy, and Denies to falsify: at least one atom of each. */
export type Goal = { readonly allow: readonly Atom[]; readonly denies: readonly (readonly Atom[])[] };

export type Model = ReadonlyMap<string, KeyValue>;

export type Answer =
  | { readonly kind: 'yes'; readonly model: Model }
  /** `atom`: the condition that the last branch died on; null when a Deny without conditions ended it. */
  | { readonly kind: 'no'; readonly atom: Atom | null; readonly deny: boolean }
  | { readonly kind: 'unknown' };

type State = { readonly literals: Map<string, Literal[]>; readonly model: Map<string, KeyValue> };

/** The search over one class of callers and actions: literals of the Allow first, Denies only as they fire. */
export class GoalSolver {
  private readonly domainOf: (key: string) => Domain;
  private readonly keys: KeySolver;
  private readonly budget: Budget;
  private unknown = false;
  private died: { atom: Atom | null; deny: boolean } = { atom: null, deny: true };

  constructor(domainOf: (key: string) => Domain, keys: KeySolver, budget: Budget) {
    this.domainOf = domainOf;
    this.keys = keys;
    this.budget = budget;
  }

  solve(goal: Goal): Answer {
    const literals = new Map<string, Literal[]>();
    for (const atom of goal.allow) {
      const known = this.settledTruth(atom);
      if (known === false) return { kind: 'no', atom, deny: false };
      if (known === null) add(literals, { atom, wanted: true });
    }
    const pending = this.propagate(goal.denies, literals);
    if (pending === null) return { kind: 'no', ...this.died };
    const model = new Map<string, KeyValue>();
    for (const key of literals.keys()) {
      if (!this.settle(key, { literals, model })) return this.no();
    }
    const solved = this.falsify(pending, { literals, model });
    return solved === null ? this.no() : { kind: 'yes', model: solved };
  }

  private no(): Answer {
    return this.unknown ? { kind: 'unknown' } : { kind: 'no', ...this.died };
  }

  /** Denies that still have a choice. A Deny with one open atom is decided at once; null: one cannot be falsified. */
  private propagate(denies: Goal['denies'], literals: Map<string, Literal[]>): readonly (readonly Atom[])[] | null {
    const pending: (readonly Atom[])[] = [];
    for (const deny of denies) {
      this.budget.spend(1);
      const truths = deny.map((atom) => this.settledTruth(atom));
      if (truths.includes(false)) continue;
      const free = deny.filter((_, i) => truths[i] === null);
      const [only, ...more] = free;
      if (only === undefined) {
        this.died = { atom: deny[0] ?? null, deny: true };
        return null;
      }
      if (more.length === 0) add(literals, { atom: only, wanted: false });
      else pending.push(free);
    }
    return pending;
  }

  /** Null: the key has a choice. */
  private settledTruth(atom: Atom): boolean | null {
    const value = settled(this.domainOf(atom.key));
    return value === undefined ? null : this.keys.truth(atom, value);
  }

  /** Solves one key under its literals into the model. */
  private settle(key: string, state: State): boolean {
    const literals = state.literals.get(key) ?? [];
    const solution = this.keys.solve(this.domainOf(key), literals);
    if (solution.kind === 'value') {
      state.model.set(key, solution.value);
      return true;
    }
    if (solution.kind === 'unknown') this.unknown = true;
    const last = literals.at(-1);
    this.died = { atom: last?.atom ?? null, deny: last?.wanted === false };
    return false;
  }

  /** Branches over the first Deny that fires; a Deny that does not fire needs nothing. */
  private falsify(pending: readonly (readonly Atom[])[], state: State): Model | null {
    this.budget.spend(1 + pending.length);
    const firing = pending.find((deny) => deny.every((atom) => this.truthIn(atom, state)));
    if (firing === undefined) return state.model;
    const rest = pending.filter((deny) => deny !== firing);
    for (const atom of firing) {
      const literals = new Map(state.literals);
      literals.set(atom.key, [...(state.literals.get(atom.key) ?? []), { atom, wanted: false }]);
      const branch: State = { literals, model: new Map(state.model) };
      if (!this.settle(atom.key, branch)) continue;
      const model = this.falsify(rest, branch);
      if (model !== null) return model;
    }
    return null;
  }

  private truthIn(atom: Atom, state: State): boolean {
    if (!state.model.has(atom.key) && !this.settle(atom.key, state)) return true;
    return this.keys.truth(atom, state.model.get(atom.key) ?? null);
  }
}

const add = (literals: Map<string, Literal[]>, literal: Literal): void => {
  const known = literals.get(literal.atom.key);
  if (known === undefined) literals.set(literal.atom.key, [literal]);
  else known.push(literal);
};
