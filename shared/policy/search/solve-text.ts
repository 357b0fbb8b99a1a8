import type { AutomatonState } from './automaton.ts';
import { type Budget, BudgetSpent } from './budget.ts';
import { instantiate } from './patterns.ts';
import { holds, type ValueTest } from './value-test.ts';

/** A test with the answer that is wanted of it. */
export type Constraint = { readonly test: ValueTest; readonly wanted: boolean };

/** `plain`: the value is attested by AWS or limited in its alphabet, so it holds no `*` and no `?`. */
export type TextRules = { readonly plain: boolean; readonly budget: Budget };

const FILLERS = ['', 'z', 'any', 'x/z', '0'];
const MAX_STATES = 60_000;

/**
 * A text that answers every constraint as wanted, or null when there is none. Exact: guesses come first because they read
 * well, but the "no" is always the end of a complete search of the product automaton.
 */
export const solveText = (constraints: readonly Constraint[], rules: TextRules): string | null => {
  const wanted = constraints.filter((constraint) => constraint.wanted).map((constraint) => constraint.test);
  const listed = wanted.find((test) => test.texts !== null);
  const passes = (value: string): boolean =>
    !(rules.plain && /[*?]/.test(value)) &&
    constraints.every(({ test, wanted: answer }) => holds(test, value, rules.budget) === answer);
  if (listed !== undefined) return [...(listed.texts ?? [])].find(passes) ?? null;
  if (clashes(wanted)) return null;
  const narrowest = wanted.toSorted((a, b) => b.pinned() - a.pinned())[0];
  return guesses(narrowest).find(passes) ?? walk(constraints, rules);
};

const guesses = (narrowest: ValueTest | undefined): IteratorObject<string> =>
  narrowest === undefined
    ? ['any', 'other', 'z0'].values()
    : narrowest.patterns
        .values()
        .take(50)
        .flatMap((pattern) => FILLERS.values().map((filler) => instantiate(pattern, filler)));

/** Two single patterns that disagree on the first characters have no common text; the search would find out slowly. */
const clashes = (tests: readonly ValueTest[]): boolean => {
  const heads = tests.flatMap((test) => {
    const [pattern, ...more] = test.patterns;
    if (pattern === undefined || more.length > 0 || pattern.some((token) => token.kind === 'char' && token.fold))
      return [];
    const wild = pattern.findIndex((token) => token.kind !== 'char');
    return [instantiate(wild < 0 ? pattern : pattern.slice(0, wild), '')];
  });
  const longest = heads.toSorted((a, b) => b.length - a.length)[0] ?? '';
  return heads.some((head) => !longest.startsWith(head)) || tests.some((test) => test.patterns.length === 0);
};

type Node = { readonly states: readonly AutomatonState[]; readonly from: Node | null; readonly char: string };

/** Breadth first over the product of all automata. */
const walk = (constraints: readonly Constraint[], rules: TextRules): string | null => {
  const machines = constraints.map(({ test }) => test.automaton());
  const ids = machines.map(() => new Map<AutomatonState, number>());
  const keyOf = (states: readonly AutomatonState[]): string =>
    states.map((state, i) => ids[i]?.get(state) ?? number(ids[i], state)).join();
  const first: Node = { states: machines.map((machine) => machine.start), from: null, char: '' };
  const seen = new Set([keyOf(first.states)]);
  const queue: Node[] = [first];
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head];
    if (node === undefined) break;
    if (constraints.every(({ wanted }, i) => node.states[i]?.accepts === wanted)) return spell(node);
    for (const char of charsFrom(node.states, rules.plain)) {
      rules.budget.spend(1 + (machines.length >> 3));
      const states = machines.map((machine, i) => machine.step(node.states[i] ?? machine.start, char, rules.budget));
      if (constraints.some(({ wanted }, i) => wanted && states[i]?.alive.length === 0)) continue;
      const key = keyOf(states);
      if (seen.has(key)) continue;
      if (seen.size > MAX_STATES) throw new BudgetSpent();
      seen.add(key);
      queue.push({ states, from: node, char });
    }
  }
  return null;
};

const number = (ids: Map<AutomatonState, number> | undefined, state: AutomatonState): number => {
  ids?.set(state, ids.size);
  return (ids?.size ?? 1) - 1;
};

const FRESH = 'zqxjkvw0987654321ZQXJKVW_-=+@,.ÿþýüûú'.split('');

/** The characters that some automaton asks for, and one that none does. */
const charsFrom = (states: readonly AutomatonState[], plain: boolean): readonly string[] => {
  const labels = new Set(states.flatMap((state) => state.labels));
  if (plain) for (const wild of ['*', '?']) labels.delete(wild);
  const fresh = FRESH.find((char) => !labels.has(char));
  return fresh === undefined ? [...labels] : [fresh, ...labels];
};

const spell = (node: Node): string => {
  const chars: string[] = [];
  for (let at: Node | null = node; at !== null; at = at.from) chars.push(at.char);
  return chars.toReversed().join('');
};
