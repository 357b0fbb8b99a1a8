import type { Budget } from './budget.ts';

/** One place in a pattern. `colon` false: the wildcard does not reach over a colon (the first five parts of an ARN). */
export type Token =
  | { readonly kind: 'char'; readonly char: string; readonly fold: boolean }
  | { readonly kind: 'any' | 'star'; readonly colon: boolean };

/** A state of the automaton of one or more patterns: the places that are still alive. */
type State = {
  readonly alive: readonly number[];
  readonly accepts: boolean;
  readonly next: Map<string, State>;
  /** Characters that some live place asks for by name; every other character acts alike, `:` apart. */
  readonly labels: readonly string[];
};

/** Patterns as one deterministic automaton, built state by state as the search walks it. */
export class Automaton {
  private readonly tokens: readonly (Token | 'end')[];
  /** By place, the first place of its pattern. */
  private readonly starts: readonly number[];
  private readonly states = new Map<string, State>();
  readonly start: State;

  constructor(patterns: readonly (readonly Token[])[]) {
    const tokens: (Token | 'end')[] = [];
    const starts: number[] = [];
    for (const pattern of patterns) {
      const start = tokens.length;
      tokens.push(...pattern, 'end');
      for (let at = start; at < tokens.length; at += 1) starts.push(start);
    }
    this.tokens = tokens;
    this.starts = starts;
    this.start = this.state([...new Set(starts)]);
  }

  step(state: State, char: string, budget: Budget): State {
    const known = state.next.get(char);
    if (known !== undefined) return known;
    budget.spend(1 + (state.alive.length >> 2));
    const targets: number[] = [];
    for (const at of state.alive) {
      const token = this.tokens[at];
      if (token === undefined || token === 'end' || !passes(token, char)) continue;
      targets.push(token.kind === 'star' ? at : at + 1);
    }
    const next = this.state(targets);
    state.next.set(char, next);
    return next;
  }

  accepts(text: string, budget: Budget): boolean {
    let state = this.start;
    budget.spend(1 + (text.length >> 4));
    for (let i = 0; i < text.length; i += 1) {
      if (state.alive.length === 0) return false;
      state = this.step(state, text.charAt(i), budget);
    }
    return state.accepts;
  }

  /** The state of these places, with what a star lets one reach without a character. */
  private state(places: readonly number[]): State {
    const alive = new Set<number>();
    for (const place of places) {
      let at = place;
      alive.add(at);
      for (let token = this.tokens[at]; token !== undefined && token !== 'end' && token.kind === 'star'; ) {
        at += 1;
        alive.add(at);
        token = this.tokens[at];
      }
    }
    const sorted = this.withoutOvertaken([...alive].toSorted((a, b) => a - b));
    const key = sorted.join();
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state: State = {
      alive: sorted,
      accepts: sorted.some((at) => this.tokens[at] === 'end'),
      next: new Map(),
      labels: this.labelsOf(sorted),
    };
    this.states.set(key, state);
    return state;
  }

  /**
   * Whoever has reached a star that takes anything need not remember the places before it in that pattern: each way on
   * from there leads through this star, which could have waited. It keeps the automaton about as small as the pattern.
   */
  private withoutOvertaken(sorted: readonly number[]): readonly number[] {
    const kept: number[] = [];
    let overtaken = -1;
    for (const at of sorted.toReversed()) {
      if (at > overtaken) kept.push(at);
      else if (this.startOf(at) !== this.startOf(overtaken)) {
        overtaken = -1;
        kept.push(at);
      }
      const token = this.tokens[at];
      const takesAll = token !== undefined && token !== 'end' && token.kind === 'star' && token.colon;
      if (takesAll && overtaken < 0) overtaken = at;
    }
    return kept.toReversed();
  }

  /** Where the pattern of this place begins. */
  private startOf(at: number): number {
    return this.starts[at] ?? 0;
  }

  private labelsOf(alive: readonly number[]): readonly string[] {
    const labels = new Set<string>();
    for (const at of alive) {
      const token = this.tokens[at];
      if (token === undefined || token === 'end') continue;
      if (token.kind !== 'char') {
        if (!token.colon) labels.add(':');
        continue;
      }
      labels.add(token.char);
      if (token.fold) labels.add(token.char.toUpperCase());
    }
    return [...labels];
  }
}

export type AutomatonState = State;

/** Whether the character can stand at this place of the pattern. */
export const passes = (token: Token, char: string): boolean => {
  if (token.kind !== 'char') return token.colon || char !== ':';
  return token.char === (token.fold ? char.toLowerCase() : char);
};
