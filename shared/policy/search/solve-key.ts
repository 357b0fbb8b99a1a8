import type { Atom } from './atoms.ts';
import type { Budget } from './budget.ts';
import { constraintId, type Domain, type KeyValue } from './domain.ts';
import { type Constraint, solveText } from './solve-text.ts';
import { typedCandidates } from './solve-typed.ts';
import { holds } from './value-test.ts';

/** An atom with the truth that the search wants of it. */
export type Literal = { readonly atom: Atom; readonly wanted: boolean };

export type Solution =
  | { readonly kind: 'value'; readonly value: KeyValue }
  | { readonly kind: 'none' }
  /** Tests of different types on one free text: no value found, and no proof that there is none. */
  | { readonly kind: 'unknown' };

const NONE: Solution = { kind: 'none' };
const UNKNOWN: Solution = { kind: 'unknown' };

/** Finds values of one key; remembers every answer for the whole analysis. */
export class KeySolver {
  /** By domain, then by literals: see `memoKey`. */
  private readonly memo = new Map<string, Map<string | number, Solution>>();
  private readonly values = new Map<string, string | null | undefined>();
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Whether the atom is true of this value. */
  truth(atom: Atom, value: KeyValue): boolean {
    if (value === null) return atom.absentTruth;
    const passes = (one: string): boolean => holds(atom.test, one, this.budget) !== atom.negated;
    return atom.quantifier === 'any' ? value.some(passes) : value.every(passes);
  }

  /** Whether the domain has this value at all. */
  admits(domain: Domain, value: string): boolean {
    if (domain.plain && /[*?]/.test(value)) return false;
    if (domain.values !== null) return domain.values.includes(value);
    return (
      fits(domain, value) && domain.constraints.every(({ test, wanted }) => holds(test, value, this.budget) === wanted)
    );
  }

  solve(domain: Domain, literals: readonly Literal[]): Solution {
    let memo = this.memo.get(domain.id);
    if (memo === undefined) {
      memo = new Map();
      this.memo.set(domain.id, memo);
    }
    const key = memoKey(literals);
    const known = memo.get(key);
    if (known !== undefined) return known;
    this.budget.spend(2 + literals.length);
    const solution = this.fresh(domain, literals);
    memo.set(key, solution);
    return solution;
  }

  private fresh(domain: Domain, literals: readonly Literal[]): Solution {
    if (domain.absent !== 'never' && literals.every(({ atom, wanted }) => atom.absentTruth === wanted)) {
      return { kind: 'value', value: null };
    }
    if (domain.absent === 'only') return NONE;
    const list = domain.includes.length > 0 || literals.some(({ atom }) => atom.list);
    return list ? this.list(domain, literals) : this.single(domain, literals);
  }

  private single(domain: Domain, literals: readonly Literal[]): Solution {
    const value = this.value(domain, literals.map(element));
    if (value === undefined) return UNKNOWN;
    return value === null ? NONE : { kind: 'value', value: [value] };
  }

  /** Tests of all values filter; each test of some value gets an element of its own. */
  private list(domain: Domain, literals: readonly Literal[]): Solution {
    const every = literals.filter(({ atom, wanted }) => (atom.quantifier === 'all') === wanted).map(element);
    const some = literals.filter(({ atom, wanted }) => (atom.quantifier === 'all') !== wanted).map(element);
    const found = new Set<string>();
    const needed = domain.includes.length === 0 ? some : some.filter((one) => !isAlwaysMet(one));
    for (const one of needed.length + domain.includes.length === 0 ? [null] : needed) {
      const value = this.value(domain, one === null ? every : [...every, one]);
      if (value === undefined) return UNKNOWN;
      if (value === null) return NONE;
      found.add(value);
    }
    for (const test of domain.includes) {
      if (found.values().some((value) => holds(test, value, this.budget))) continue;
      const value = this.value(domain, [...every, { test, wanted: true }]);
      if (value === undefined) return UNKNOWN;
      if (value === null) return NONE;
      found.add(value);
    }
    return { kind: 'value', value: [...found] };
  }

  /** One value of the domain under the constraints; null: none; undefined: not known. */
  private value(domain: Domain, constraints: readonly Constraint[]): string | null | undefined {
    const key = `${domain.id}#${constraints
      .map(constraintId)
      .toSorted((a, b) => a - b)
      .join()}`;
    if (this.values.has(key)) return this.values.get(key);
    const value = this.findValue(domain, constraints);
    this.values.set(key, value);
    return value;
  }

  private findValue(domain: Domain, constraints: readonly Constraint[]): string | null | undefined {
    const all = [...domain.constraints, ...constraints].filter(({ test }) => test.kind !== 'constant');
    if (constraints.some(({ test, wanted }) => test.kind === 'constant' && test.words.size > 0 !== wanted)) return null;
    const passes = (value: string): boolean =>
      !(domain.plain && /[*?]/.test(value)) &&
      all.every(({ test, wanted }) => holds(test, value, this.budget) === wanted);
    if (domain.values !== null) return domain.values.find(passes) ?? null;
    const { typical } = domain;
    if (typical !== null && constraints.every(({ test, wanted }) => holds(test, typical, this.budget) === wanted))
      return typical;
    const text = all.filter(({ test }) => test.kind === 'text');
    if (domain.kind === 'text' && text.length === all.length) {
      return solveText(all, { plain: domain.plain, budget: this.budget });
    }
    const literal = text.flatMap(({ test }) => [...(test.texts ?? [])]);
    const guess = text.length === 0 ? null : solveText(text, { plain: domain.plain, budget: this.budget });
    const valid = [...literal, ...(guess === null ? [] : [guess]), ...typedCandidates(all, domain.kind)];
    const found = valid.find((value) => passes(value) && fits(domain, value));
    if (found !== undefined) return found;
    const typed = all.length - text.length + (domain.kind === 'text' ? 0 : 1);
    return text.some(({ test }) => test.texts === null) && typed > 0 ? undefined : null;
  }
}

const NO_LITERALS = -1;

/** Nearly always there is at most one literal: then a number does. */
const memoKey = (literals: readonly Literal[]): string | number => {
  const [first, second] = literals;
  if (first === undefined) return NO_LITERALS;
  if (second === undefined) return literalId(first);
  return literals
    .map(literalId)
    .toSorted((a, b) => a - b)
    .join();
};

const literalId = ({ atom, wanted }: Literal): number => atom.id * 2 + (wanted ? 1 : 0);

/** Any value will do. */
const isAlwaysMet = ({ test, wanted }: Constraint): boolean =>
  test.kind === 'constant' && test.words.size > 0 === wanted;

/** A literal of a list key as a constraint on its elements. */
const element = ({ atom, wanted }: Literal): Constraint => ({ test: atom.test, wanted: wanted !== atom.negated });

/** Typed keys hold only values of their type. */
const fits = (domain: Domain, value: string): boolean => {
  switch (domain.kind) {
    case 'integer':
      return /^\d+$/.test(value);
    case 'instant':
      return /^\d{4}-\d\d-\d\dT/.test(value);
    case 'address':
      return /^[0-9a-f.:]+$/i.test(value);
    case 'text':
      return true;
  }
};
