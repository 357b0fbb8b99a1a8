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
  | { readonly kind: 'open'; readonly units: readonly Literal[]; readonly pending: Pending };

type Pending = {
  readonly denies: readonly (readonly Atom[])[];
  /** By key, the places of the Denies that read it. */
  readonly readers: ReadonlyMap<string, readonly number[]>;
  /** What atoms are of keys that nothing is asked of: the same in every search of the scene. */
  readonly free: Map<Atom, boolean>;
};

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
    // Keys with few values first: they are quickly seen to be impossible.
    const [listed, rest] = [new Array<string>(), new Array<string>()];
    for (const key of literals.keys()) (this.domainOf(key).values === null ? rest : listed).push(key);
    for (const key of [...listed, ...rest]) {
      if (!this.settle(key, { literals, model })) return this.no();
    }
    const suspects = new Uint8Array(denies.pending.denies.length).fill(1);
    const solved = this.falsify(denies.pending, suspects, { literals, model });
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
    return { kind: 'open', units, pending: { denies: pending, readers: readersOf(pending), free: new Map() } };
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
   * Branches over the first Deny that fires; a Deny that does not fire needs nothing. `suspects`: 1 for each of `pending` that
   * may fire now. After one key is solved anew these are the Denies that read it, and those not looked at yet.
   */
  private falsify(pending: Pending, suspects: Uint8Array, state: State): Model | null {
    const at = this.firing(pending, suspects, state);
    for (const atom of pending.denies[at] ?? []) {
      const { key } = atom;
      const [literals, value] = [state.literals.get(key), state.model.get(key)];
      state.literals.set(key, [...(literals ?? []), { atom, wanted: false }]);
      if (this.settle(key, state)) {
        const next = suspects.slice();
        for (const reader of pending.readers.get(key) ?? []) if (reader !== at) next[reader] = 1;
        const model = this.falsify(pending, next, state);
        if (model !== null) return model;
      }
      // Back to where the next branch starts. What was solved of other keys stands: nothing is asked of them.
      if (literals === undefined) state.literals.delete(key);
      else state.literals.set(key, literals);
      if (value === undefined) state.model.delete(key);
      else state.model.set(key, value);
    }
    return at < 0 ? state.model : null;
  }

  /** The place of the first suspect that fires, or -1. Those before it are cleared. */
  private firing({ denies, free }: Pending, suspects: Uint8Array, state: State): number {
    for (let i = suspects.indexOf(1); i >= 0; i = suspects.indexOf(1, i + 1)) {
      this.budget.spend(1);
      suspects[i] = 0;
      if (denies[i]?.every((atom) => this.truthIn(atom, state, free)) === true) return i;
    }
    this.budget.spend(1);
    return -1;
  }

  private truthIn(atom: Atom, state: State, free: Map<Atom, boolean>): boolean {
    const { key } = atom;
    if (!state.model.has(key) && !this.settle(key, state)) return true;
    const value = state.model.get(key) ?? null;
    if (state.literals.has(key)) return this.keys.truth(atom, value);
    const known = free.get(atom);
    if (known !== undefined) return known;
    const truth = this.keys.truth(atom, value);
    free.set(atom, truth);
    return truth;
  }
}

const readersOf = (denies: readonly (readonly Atom[])[]): ReadonlyMap<string, readonly number[]> => {
  const readers = new Map<string, number[]>();
  for (const [i, deny] of denies.entries()) {
    for (const { key } of deny) {
      const known = readers.get(key);
      if (known === undefined) readers.set(key, [i]);
      else if (known.at(-1) !== i) known.push(i);
    }
  }
  return readers;
};

const add = (literals: Map<string, Literal[]>, literal: Literal): void => {
  const known = literals.get(literal.atom.key);
  if (known === undefined) literals.set(literal.atom.key, [literal]);
  else known.push(literal);
};
