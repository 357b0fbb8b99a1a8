import type { Condition, KeyPolicy, Statement } from '../document.ts';
import { Automaton, type AutomatonState } from './automaton.ts';
import { Budget, BudgetSpent } from './budget.ts';
import { matches, type Piece, tokensOf } from './patterns.ts';

/** How accounts or organizations are named. */
export type NameShape = { readonly prefix: string; readonly alphabet: string; readonly length: number };

export const ACCOUNT: NameShape = { prefix: '', alphabet: '7531902468', length: 12 };
export const ORGANIZATION: NameShape = { prefix: 'o-', alphabet: 'zqxkabcdefghijlmnoprstuvwy0123456789', length: 12 };

type Wish = { readonly wanted: readonly (readonly Piece[])[]; readonly unwanted: readonly Piece[] };

/** For all names of one survey, and for one of them. What is not found is left to the instances. */
const STEPS = { total: 150_000, perSearch: 50_000 };

/** A name that meets each of the lists of patterns in `wanted` and none in `unwanted`; null: there is none, or it is not found. */
const nameMeeting = (shape: NameShape, { wanted, unwanted }: Wish, budget: Budget): string | null => {
  if (budget.left <= 0) return null;
  budget.begin();
  const machines = [unwanted, ...wanted].map((list) => new Automaton(list.map((piece) => tokensOf([piece], STYLE))));
  const dead = new Set<string>();
  const from = (text: string, states: readonly AutomatonState[]): string | null => {
    if (text.length === shape.length) {
      const [bad, ...good] = states;
      return bad?.accepts !== true && good.every((one) => one.accepts) ? text : null;
    }
    const key = `${text.length} ${states.map(({ alive }) => alive.join()).join(' ')}`;
    if (dead.has(key)) return null;
    budget.spend(1 + machines.length);
    const given = shape.prefix.charAt(text.length);
    for (const char of given === '' ? charsFrom(states, shape.alphabet) : [given]) {
      const name = from(
        text + char,
        machines.map((machine, i) => machine.step(states[i] ?? machine.start, char, budget)),
      );
      if (name !== null) return name;
    }
    dead.add(key);
    return null;
  };
  try {
    return from(
      '',
      machines.map(({ start }) => start),
    );
  } catch (error) {
    if (error instanceof BudgetSpent) return null;
    throw error;
  }
};

const STYLE = { wildcards: true, fold: false };

/** What some pattern asks for, and one character that none does. */
const charsFrom = (states: readonly AutomatonState[], alphabet: string): readonly string[] => {
  const labels = new Set(states.flatMap((state) => state.labels));
  const fresh = alphabet.split('').find((char) => !labels.has(char));
  return [...(fresh === undefined ? [] : [fresh]), ...[...labels].filter((char) => alphabet.includes(char))];
};

export type NamesAsked = {
  readonly shape: NameShape;
  /** Names that somebody has. */
  readonly taken: readonly string[];
  /** Taken when nothing is said of them, the first first. */
  readonly preferred: readonly string[];
  /** One or two for each pattern: often enough. */
  readonly instances: readonly string[];
  /** What a condition says of such names. */
  readonly patternsOf: (condition: Condition) => readonly Piece[];
};

/** `fresh`: of whom the policies say as little as possible. `others`: for whom an Allow asks or whom a Deny spares, and no Deny stops. */
export const freshNames = (
  policies: readonly KeyPolicy[],
  { shape, taken: names, preferred, instances, patternsOf }: NamesAsked,
): { readonly fresh: string | null; readonly others: readonly string[] } => {
  const budget = new Budget(STEPS.total, STEPS.perSearch);
  const taken = names.map((text) => ({ text, literal: true }));
  const statements = policies.flatMap((policy) => policy.statements.map((one) => saidBy(one, patternsOf)));
  const allows = statements.filter(({ allow }) => allow);
  const denies = statements.filter(({ allow }) => !allow);
  const denied = denies.flatMap(({ met }) => met.flat());
  const spared = distinct(denies.flatMap(({ unmet }) => (unmet.length === 0 ? [] : [unmet])));
  const vague = statements.flatMap(({ met, unmet }) => [...met.flat(), ...unmet]).filter((one) => !isAny(one, shape));
  const find = (wanted: Wish['wanted'], unwanted: readonly Piece[]): string | null =>
    nameMeeting(shape, { wanted, unwanted: [...taken, ...unwanted] }, budget);
  const isIn = (pieces: readonly Piece[], name: string): boolean =>
    pieces.some((piece) => matches(tokensOf([piece], STYLE), name));
  const isFree = (name: string): boolean => !names.includes(name) && !isIn(vague, name);
  /** None where an instance will do, or where a pattern leaves no choice. */
  const other = (wanted: Wish['wanted'], unwanted: readonly Piece[]): string | null => {
    // A list that writes its names out leaves no choice but these, and most write out one's own.
    const isLeft = ({ text }: Piece): boolean => !names.includes(text) && !isIn(unwanted, text);
    if (wanted.some((list) => !list.some(isPattern) && !list.some(isLeft))) return null;
    const will = (name: string): boolean => wanted.every((list) => isIn(list, name)) && !isIn(unwanted, name);
    return instances.some(will) ? null : find(wanted, unwanted);
  };
  const asked = distinct(allows).filter(
    ({ met }) => spared.length > 0 || met.flat().some((one) => isPattern(one) && !isAny(one, shape)),
  );
  const others = asked.flatMap(({ met, unmet }) => [
    other([...met, ...spared], [...unmet, ...denied]),
    spared.length === 0 ? null : other(met, [...unmet, ...denied]),
  ]);
  return {
    fresh: preferred.find(isFree) ?? find([], vague) ?? find([], denied) ?? find([], []),
    others: others.filter((name) => name !== null),
  };
};

/** Statements repeat what others say, and each search costs. */
const distinct = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

type Said = { readonly allow: boolean; readonly met: Wish['wanted']; readonly unmet: readonly Piece[] };

const saidBy = ({ effect, conditions }: Statement, patternsOf: NamesAsked['patternsOf']): Said => ({
  allow: effect === 'Allow',
  met: conditions.flatMap((one) => {
    const list = one.operator.negated ? [] : patternsOf(one);
    return list.length === 0 ? [] : [list];
  }),
  unmet: conditions.flatMap((one) => (one.operator.negated ? patternsOf(one) : [])),
});

/** A pattern that says nothing: `*`, `o-*`. */
const isAny = ({ text, literal }: Piece, { prefix }: NameShape): boolean =>
  !literal && !/[a-z0-9]/i.test(text.startsWith(prefix) ? text.slice(prefix.length) : text);

const isPattern = ({ text, literal }: Piece): boolean => !literal && /[*?]/.test(text);
