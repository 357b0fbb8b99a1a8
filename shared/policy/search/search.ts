import type { KmsAction } from '../action-catalogue.ts';
import type { Atom, AtomStore, Entry, Side, Variables } from './atoms.ts';
import { type Budget, BudgetSpent } from './budget.ts';
import type { Caller } from './callers.ts';
import type { Clause } from './clauses.ts';
import { isNetworkKey, isViaKey } from './condition-keys.ts';
import { ABSENT, type Domain, fixed, type KeyValue } from './domain.ts';
import type { Domains, Mode, Scene } from './domains.ts';
import type { KeySolver } from './solve-key.ts';
import { type Answer, type Goal, GoalSolver, type Model } from './solver.ts';
import { assignments, type Relaxation } from './variable-choices.ts';

/** A clause whose conditions must all be true (a fact), or not all (to avoid), read on one side. */
export type Use = { readonly clause: Clause; readonly side: Side };

/** Is there a request of this caller for this action that makes every fact true and avoids the others? */
export type Question = {
  readonly caller: Caller;
  readonly action: KmsAction;
  readonly facts: readonly Use[];
  readonly avoid: readonly Use[];
};

export type Outcome =
  | { readonly kind: 'yes'; readonly scene: Scene; readonly model: Model }
  | { readonly kind: 'no'; readonly atom: Atom | null; readonly deny: boolean }
  /** The budget ran out, or the question is beyond the method. Treated as access. */
  | { readonly kind: 'undetermined' };

export type SearchTools = {
  readonly atoms: AtomStore;
  readonly domains: Domains;
  readonly keys: KeySolver;
  readonly budget: Budget;
};

const MODES: readonly Mode[] = ['internet', 'endpoint', 'via'];

/** Answers one question, going through what correlates keys: the way the call travels, and the organization. */
export class Search {
  private readonly tools: SearchTools;

  constructor(tools: SearchTools) {
    this.tools = tools;
  }

  ask(question: Question): Outcome {
    this.tools.budget.begin();
    try {
      return this.scenes(question);
    } catch (error) {
      if (error instanceof BudgetSpent) return { kind: 'undetermined' };
      throw error;
    }
  }

  private scenes(question: Question): Outcome {
    const { caller, action } = question;
    const keys = new Set([...question.facts, ...question.avoid].flatMap((use) => use.clause.keys));
    const travels = caller.kind !== 'service' && keys.values().some((key) => isNetworkKey(key) || isViaKey(key));
    const byOrg = keys.has('aws:principalorgpaths') || keys.has('aws:sourceorgpaths');
    let outcome: Outcome = { kind: 'no', atom: null, deny: false };
    let unknown = false;
    for (const mode of travels ? MODES : MODES.slice(0, 1)) {
      for (const org of byOrg ? caller.orgs : [undefined]) {
        const scene: Scene = { caller, action, mode, org };
        this.tools.budget.spend(2);
        const answer = this.scene(question, scene);
        if (answer.kind === 'yes') return { kind: 'yes', scene, model: answer.model };
        if (answer.kind === 'unknown') unknown = true;
        else outcome = answer;
      }
    }
    return unknown ? { kind: 'undetermined' } : outcome;
  }

  private scene(question: Question, scene: Scene): Answer {
    const domainOf = this.tools.domains.forScene(scene);
    const entries = [...question.facts, ...question.avoid].flatMap((use) => use.clause.entries);
    if (entries.every((entry) => entry.variables.length === 0)) return this.solve(question, domainOf, new Map());
    const choices = assignments(entries, domainOf, this.tools);
    let last: Answer = { kind: 'no', atom: null, deny: false };
    for (const variables of choices.assignments) {
      const answer = this.solve(question, bind(domainOf, variables), variables);
      if (answer.kind === 'yes') return { kind: 'yes', model: new Map([...answer.model, ...variables]) };
      if (answer.kind === 'unknown') return answer;
      last = answer;
    }
    for (const relaxation of choices.relaxations) {
      const easier = this.solve(relaxed(question, relaxation), bindPresent(domainOf, relaxation), relaxation.variables);
      if (easier.kind !== 'no') return { kind: 'unknown' };
      last = easier;
    }
    return last;
  }

  private solve(question: Question, domainOf: (key: string) => Domain, variables: Variables): Answer {
    const atomsOf = ({ clause, side }: Use): readonly Atom[] =>
      clause.entries.map((entry) => this.tools.atoms.of(entry, side, variables));
    const goal: Goal = { allow: question.facts.flatMap(atomsOf), denies: question.avoid.map(atomsOf) };
    const sure = goalWithoutUnknownKeys(question, goal);
    if (sure === null) return { kind: 'no', atom: null, deny: false };
    return new GoalSolver(domainOf, this.tools.keys, this.tools.budget).solve(sure);
  }
}

/**
 * A key that nobody knows may hold anything. On the sure side a fact about it cannot be relied on (null), and a clause to
 * avoid must be avoided without it.
 */
const goalWithoutUnknownKeys = ({ facts, avoid }: Question, goal: Goal): Goal | null => {
  if (facts.some(({ clause, side }) => side === 'must' && clause.entries.some(isUnknown))) return null;
  if (!avoid.some(({ clause, side }) => side === 'may' && clause.entries.some(isUnknown))) return goal;
  const denies = goal.denies.map((atoms, i) => {
    const use = avoid[i];
    return use?.side === 'may' ? atoms.filter((_, j) => use.clause.entries[j]?.unknownKey !== true) : atoms;
  });
  return { allow: goal.allow, denies };
};

const isUnknown = (entry: Entry): boolean => entry.unknownKey;

const bind =
  (domainOf: (key: string) => Domain, variables: ReadonlyMap<string, KeyValue>) =>
  (key: string): Domain => {
    const value = variables.get(key);
    if (value === undefined) return domainOf(key);
    return value === null ? ABSENT : fixed(value[0] ?? '');
  };

/** The same question with every condition on a present variable taken for granted: when this is a no, so is the whole. */
const relaxed = (question: Question, { present }: Relaxation): Question => {
  const kept = (entry: Entry): boolean => entry.variables.every((name) => !present.has(name));
  return {
    ...question,
    facts: question.facts.map(({ clause, side }) => ({
      side,
      clause: { ...clause, entries: clause.entries.filter(kept) },
    })),
    avoid: question.avoid.filter(({ clause }) => clause.entries.every(kept)),
  };
};

const bindPresent = (
  domainOf: (key: string) => Domain,
  { variables, present }: Relaxation,
): ((key: string) => Domain) => {
  const bound = bind(domainOf, variables);
  return (key) => {
    const domain = bound(key);
    return present.has(key) && domain.absent === 'may' ? { ...domain, absent: 'never', id: `${domain.id}!` } : domain;
  };
};
