import { canCarry, type KmsAction } from '../action-catalogue.ts';
import type { Atom, AtomStore, Side, Variables } from './atoms.ts';
import type { Budget } from './budget.ts';
import type { Caller } from './callers.ts';
import type { Clause } from './clauses.ts';
import { isNetworkKey, isViaKey } from './condition-keys.ts';
import { ABSENT, type Domain, fixed, type KeyValue } from './domain.ts';
import { type Domains, type Mode, type Scene, sceneId } from './domains.ts';
import { contextChoices } from './encryption-context.ts';
import type { KeySolver } from './solve-key.ts';
import { type Answer, GoalSolver, type Model, type Propagated } from './solver.ts';
import { relaxed } from './relaxed.ts';
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
  private readonly known = new WeakMap<readonly Use[], Avoided>();

  constructor(tools: SearchTools) {
    this.tools = tools;
  }

  /** @throws BudgetSpent */
  ask(question: Question): Outcome {
    this.tools.budget.begin();
    return this.scenes(question);
  }

  private scenes(question: Question): Outcome {
    const { caller, action, facts } = question;
    const avoided = this.avoided(question.avoid);
    const {
      travels,
      byOrg,
      context: named,
    } = readBy([...avoided.reads, ...facts.map(({ clause }) => readsOf(clause.keys))]);
    const contexts = contextChoices(new Set(named.filter((key) => canCarry(action, key))));
    const modes = travels && caller.kind !== 'service' ? MODES : MODES.slice(0, 1);
    let outcome: Outcome = { kind: 'no', atom: null, deny: false };
    let unknown = false;
    for (const mode of modes) {
      for (const org of byOrg ? caller.orgs : [undefined]) {
        for (const context of contexts) {
          const scene: Scene = { caller, action, mode, org, context };
          this.tools.budget.spend(2);
          const answer = this.scene(question, scene, avoided);
          if (answer.kind === 'yes') return { kind: 'yes', scene, model: answer.model };
          if (answer.kind === 'unknown') unknown = true;
          else outcome = answer;
        }
      }
    }
    return unknown ? { kind: 'undetermined' } : outcome;
  }

  private scene(question: Question, scene: Scene, avoided: Avoided): Answer {
    if (!avoided.variables && question.facts.every(({ clause }) => !hasVariables(clause))) {
      return this.solvePlainly(question, scene, avoided);
    }
    const domainOf = this.tools.domains.forScene(scene);
    const entries = [...question.facts, ...question.avoid].flatMap((use) => use.clause.entries);
    const choices = assignments(entries, domainOf, this.tools);
    let last: Answer = { kind: 'no', atom: null, deny: false };
    for (const variables of choices.assignments) {
      const answer = this.solve(question, bind(domainOf, variables), variables);
      if (answer.kind === 'yes') return { kind: 'yes', model: new Map([...answer.model, ...variables]) };
      if (answer.kind === 'unknown') return answer;
      last = answer;
    }
    for (const relaxation of choices.relaxations) {
      const easier = this.solve(
        relaxed(question, relaxation, domainOf),
        bindPresent(domainOf, relaxation),
        relaxation.variables,
      );
      if (easier.kind !== 'no') return { kind: 'unknown' };
      last = easier;
    }
    return last;
  }

  private solve(question: Question, domainOf: (key: string) => Domain, variables: Variables): Answer {
    const solver = new GoalSolver(domainOf, this.tools.keys, this.tools.budget);
    const allow = this.factAtoms(question.facts, variables);
    if (allow === null) return { kind: 'no', atom: null, deny: false };
    return solver.solve(allow, solver.propagate(question.avoid.map((use) => this.avoidAtoms(use, variables))));
  }

  /** Without variables the clauses to avoid come out alike for every Allow: worked out once for each scene. */
  private solvePlainly(question: Question, scene: Scene, avoided: Avoided): Answer {
    const allow = this.factAtoms(question.facts, new Map());
    if (allow === null) return { kind: 'no', atom: null, deny: false };
    const id = `${sceneId(scene)} ${scene.action.name} ${scene.caller.id}`;
    let known = avoided.scenes.get(id);
    if (known === undefined) {
      const domainOf = this.tools.domains.forScene(scene);
      const solver = new GoalSolver(domainOf, this.tools.keys, this.tools.budget);
      known = { domainOf, propagated: solver.propagate(question.avoid.map((use) => this.avoidAtoms(use, new Map()))) };
      avoided.scenes.set(id, known);
    }
    return new GoalSolver(known.domainOf, this.tools.keys, this.tools.budget).solve(allow, known.propagated);
  }

  /** Null: on the sure side an Allow about a key that nobody knows cannot be relied on. An older Deny stopped what it says. */
  private factAtoms(facts: readonly Use[], variables: Variables): readonly Atom[] | null {
    const relied = facts.filter(({ clause, side }) => side === 'must' && clause.statement.effect === 'Allow');
    if (relied.some(({ clause }) => clause.entries.some((entry) => entry.unknownKey))) return null;
    return facts.flatMap(({ clause, side }) =>
      clause.entries.map((entry) => this.tools.atoms.of(entry, side, variables)),
    );
  }

  /** On the wide side a Deny must be avoided without the keys that nobody knows. An older Allow gave no more than it says. */
  private avoidAtoms({ clause, side }: Use, variables: Variables): readonly Atom[] {
    const wide = side === 'may' && clause.statement.effect === 'Deny';
    const entries = wide ? clause.entries.filter((entry) => !entry.unknownKey) : clause.entries;
    return entries.map((entry) => this.tools.atoms.of(entry, side, variables));
  }

  private avoided(avoid: readonly Use[]): Avoided {
    const known = this.known.get(avoid);
    if (known !== undefined) return known;
    const reads = [readBy(avoid.map(({ clause }) => readsOf(clause.keys)))];
    const made: Avoided = { reads, variables: avoid.some(({ clause }) => hasVariables(clause)), scenes: new Map() };
    this.known.set(avoid, made);
    return made;
  }
}

/** What is known of a list of clauses to avoid, however many Allows are asked about with it. */
type Avoided = {
  readonly reads: readonly Reads[];
  readonly variables: boolean;
  readonly scenes: Map<string, { readonly domainOf: (key: string) => Domain; readonly propagated: Propagated }>;
};

/** What correlates keys, and whether a clause reads it. */
type Reads = { readonly travels: boolean; readonly byOrg: boolean; readonly context: readonly string[] };

const readsOf = (keys: readonly string[]): Reads => ({
  travels: keys.some((key) => isNetworkKey(key) || isViaKey(key)),
  byOrg: keys.some((key) => key === 'aws:principalorgpaths' || key === 'aws:sourceorgpaths'),
  context: keys.filter((key) => key.startsWith('kms:encryptioncontext')),
});

const readBy = (all: readonly Reads[]): Reads => ({
  travels: all.some((one) => one.travels),
  byOrg: all.some((one) => one.byOrg),
  context: all.flatMap((one) => one.context),
});

const hasVariables = (clause: Clause): boolean => clause.entries.some((entry) => entry.variables.length > 0);

const bind =
  (domainOf: (key: string) => Domain, variables: ReadonlyMap<string, KeyValue>) =>
  (key: string): Domain => {
    const value = variables.get(key);
    if (value === undefined) return domainOf(key);
    return value === null ? ABSENT : fixed(value[0] ?? '');
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
