import type { Atom } from './atoms.ts';
import type { Budget } from './budget.ts';
import { type Domain, type KeyValue, settled } from './domain.ts';
import type { KeySolver, Literal } from './solve-key.ts';

/**
 * Denies as one class of callers meets them. `blocked`: one of them cannot be falsified, by its first atom (null: it has no
 * condition). `open`: what must be false at once (`units`), and Denies that still have a choice (`pending`).
 */
export type Propagated =
  | { readonly kind: 'blocked'; readonly atom: Atom | null }
  | { readonly kind: 'open'; readonly units: readonly Literal[]; readonly pending: readonly (readonly Atom[])[] };

export type Model = ReadonlyMap<string, KeyValue>;

export type Answer =
  | { readonly kind: 'yes'; readonly model: Model }
  /** `atom`: the condition that the last branch died on; null when a Deny without conditions ended it. */
  | { readonly kind: 'no'; readonly atom: Atom | null; readonly deny: boolean }
  | { readonly kind: 'unknown' };

type Denies = readonly (readonly Atom[])[];

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

  /** Satisfies every atom of the Allow and falsifies at least one of each Deny. */
  solve(allow: readonly Atom[], denies: Propagated): Answer {
    const literals = new Map<string, Literal[]>();
    for (const atom of allow) {
      const known = this.settledTruth(atom);
      if (known === false) return { kind: 'no', atom, deny: false };
      if (known === null) add(literals, { atom, wanted: true });
    }
    if (denies.kind === 'blocked') return { kind: 'no', atom: denies.atom, deny: true };
    for (const unit of denies.units) add(literals, unit);
    const model = new Map<string, KeyValue>();
    for (const key of literals.keys()) {
      if (!this.settle(key, { literals, model })) return this.no();
    }
    const solved = this.falsify(denies.pending, denies.pending, { literals, model });
    return solved === null ? this.no() : { kind: 'yes', model: solved };
  }

  private no(): Answer {
    return this.unknown ? { kind: 'unknown' } : { kind: 'no', ...this.died };
  }

  /** What settled keys make of the Denies. Depends on the scene alone, not on the Allow. */
  propagate(denies: readonly (readonly Atom[])[]): Propagated {
    const units: Literal[] = [];
    const pending: (readonly Atom[])[] = [];
    for (const deny of denies) {
      this.budget.spend(1);
      const truths = deny.map((atom) => this.settledTruth(atom));
      if (truths.includes(false)) continue;
      const free = deny.filter((_, i) => truths[i] === null);
      const [only, ...more] = free;
      if (only === undefined) return { kind: 'blocked', atom: deny[0] ?? null };
      if (more.length === 0) units.push({ atom: only, wanted: false });
      else pending.push(free);
    }
    return { kind: 'open', units, pending };
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

  /**
   * Branches over the first Deny that fires; a Deny that does not fire needs nothing. `suspects`: those of `pending` that may
   * fire now. After one key is solved anew these are the Denies that read it, and those not looked at yet.
   */
  private falsify(pending: Denies, suspects: Denies, state: State): Model | null {
    this.budget.spend(1 + suspects.length);
    const at = suspects.findIndex((deny) => deny.every((atom) => this.truthIn(atom, state)));
    const firing = suspects[at];
    if (firing === undefined) return state.model;
    const rest = pending.filter((deny) => deny !== firing);
    const unseen = new Set(suspects.slice(at + 1));
    for (const atom of firing) {
      const { key } = atom;
      const literals = new Map(state.literals);
      literals.set(key, [...(state.literals.get(key) ?? []), { atom, wanted: false }]);
      const branch: State = { literals, model: new Map(state.model) };
      if (!this.settle(key, branch)) continue;
      const next = rest.filter((deny) => unseen.has(deny) || deny.some((other) => other.key === key));
      const model = this.falsify(rest, next, branch);
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
