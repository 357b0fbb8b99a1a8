import { canCarry, type KmsAction } from '../action-catalogue.ts';
import type { KeyPolicy } from '../document.ts';
import { isPermitted, type Reading } from '../evaluator/evaluate.ts';
import type { KeyRequest } from '../request.ts';
import type { TrustZone } from '../zone.ts';
import { type Atom, AtomStore, keyOf } from './atoms.ts';
import { Budget, BudgetSpent } from './budget.ts';
import type { Caller, GenericKind } from './callers.ts';
import { ClauseIndex } from './clause-index.ts';
import { actionsOf, type Clause, ClauseCompiler } from './clauses.ts';
import { tellsKindsApart } from './condition-keys.ts';
import { Domains } from './domains.ts';
import { type Question, Search, type SearchTools, type Use } from './search.ts';
import { KeySolver } from './solve-key.ts';
import { type Survey, survey } from './survey.ts';
import { TestStore } from './value-test.ts';
import { witnessOf } from './witness.ts';

/** Steps for one analysis and for one question in it. Calibrated by bench/policy.ts to stay under half a second. */
export const STEPS = { total: 500_000, perSearch: 80_000 };

export type EngineInput = {
  /** All in one analysis: one policy, or the two sides of a diff. They share the survey. */
  readonly policies: readonly KeyPolicy[];
  readonly zone: TrustZone;
  readonly keyArn: string | null;
  readonly steps?: { readonly total: number; readonly perSearch: number };
};

/** Compiling is bounded by the size of a policy. */
const UNLIMITED = new Budget(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
UNLIMITED.begin();

/** What came of a group of actions that the search cannot tell apart. */
export type Found =
  | { readonly kind: 'yes'; readonly actions: readonly KmsAction[]; readonly request: KeyRequest }
  | { readonly kind: 'no'; readonly actions: readonly KmsAction[]; readonly atom: Atom | null; readonly deny: boolean }
  | { readonly kind: 'undetermined'; readonly actions: readonly KmsAction[]; readonly why: 'budget' | 'not certified' };

/** Facts and clauses to avoid, and the requests that must come out of it: `replay` is asked for every yes. */
export type Ask = {
  readonly caller: Caller;
  readonly facts: readonly Use[];
  readonly avoid: readonly Use[];
  readonly actions: readonly number[];
  readonly replay: (request: KeyRequest) => boolean;
};

/** The search, set up for some policies: interned tests, memoized domains, one budget. */
export class Engine {
  readonly zone: TrustZone;
  readonly survey: Survey;
  readonly actions: readonly KmsAction[];
  /** Kinds of caller that these policies can tell apart. */
  readonly kinds: readonly GenericKind[];
  readonly clauses: ReadonlyMap<KeyPolicy, readonly Clause[]>;
  readonly keysRead: ReadonlySet<string>;
  /** Some statement has a NotPrincipal. */
  readonly listsPrincipals: boolean;
  private readonly uncertain: ReadonlySet<KeyPolicy>;
  private readonly indexes: ReadonlyMap<KeyPolicy, ClauseIndex>;
  private readonly parts = new WeakMap<readonly Use[], Parts>();
  private readonly search: Search;
  private readonly tools: SearchTools;
  private readonly keyArn: string | null;
  private readonly spelled: ReadonlyMap<string, string>;

  constructor({ policies, zone, keyArn, steps = STEPS }: EngineInput) {
    const budget = new Budget(steps.total, steps.perSearch);
    const tests = new TestStore();
    this.zone = zone;
    this.keyArn = keyArn;
    this.survey = survey(policies, zone, keyArn);
    this.actions = actionsOf(policies);
    const compiler = new ClauseCompiler({ actions: this.actions, keyArn, tests, budget: UNLIMITED });
    this.clauses = new Map(policies.map((policy) => [policy, compiler.compile(policy)]));
    this.indexes = new Map([...this.clauses].map(([policy, clauses]) => [policy, new ClauseIndex(clauses)]));
    const domains = new Domains({ zone, survey: this.survey, tests, keyArn });
    this.tools = { atoms: new AtomStore(tests), domains, keys: new KeySolver(budget), budget };
    this.search = new Search(this.tools);
    const all = [...this.clauses.values()].flat();
    const doubtful = ({ uncertain, statement }: Clause): boolean => uncertain || statement.principal.negated;
    this.uncertain = new Set(policies.filter((policy) => this.clauses.get(policy)?.some(doubtful)));
    this.keysRead = new Set(all.flatMap((clause) => clause.keys));
    this.spelled = new Map(
      all.flatMap(({ entries }) => entries.map(({ condition }) => [keyOf(condition), condition.key] as const)),
    );
    this.listsPrincipals = all.some(({ statement }) => statement.principal.negated);
    const apart = this.listsPrincipals || this.keysRead.values().some(tellsKindsApart);
    this.kinds = apart ? ['role', 'user', 'root', 'federated'] : ['role'];
  }

  /** Whether anything in the policy is undocumented, so that the two readings can differ. */
  hasUncertain(policy: KeyPolicy): boolean {
    return this.uncertain.has(policy);
  }

  /** The clauses of one effect that touch this caller, read for this side. */
  usesOf(
    policy: KeyPolicy,
    caller: Caller,
    read: { readonly effect: 'Allow' | 'Deny'; readonly side: 'may' | 'must' },
  ): readonly Use[] {
    return this.indexes.get(policy)?.usesOf(caller)[read.effect][read.side] ?? [];
  }

  /** Asks once for each group of actions that no statement and no condition key tells apart. */
  ask({ caller, facts, avoid, actions, replay }: Ask): readonly Found[] {
    if (actions.length === 0) return [];
    return this.groups(facts, avoid, actions).map(({ members, relevant }): Found => {
      const names = members.flatMap((i) => this.actions[i] ?? []);
      const [action] = names;
      if (action === undefined) return { kind: 'no', actions: names, atom: null, deny: false };
      try {
        return this.answer({ caller, action, facts, avoid: relevant }, names, replay);
      } catch (error) {
        if (error instanceof BudgetSpent) return { kind: 'undetermined', actions: names, why: 'budget' };
        throw error;
      }
    });
  }

  /** @throws BudgetSpent also while it completes a witness. */
  private answer(question: Question, actions: readonly KmsAction[], replay: Ask['replay']): Found {
    const outcome = this.search.ask(question);
    if (outcome.kind === 'no') return { ...outcome, actions };
    if (outcome.kind === 'undetermined') return { kind: 'undetermined', actions, why: 'budget' };
    const { keyArn, spelled, tools } = this;
    const request = witnessOf(outcome.scene, outcome.model, { ...tools, keyArn, spelled });
    return replay(request)
      ? { kind: 'yes', actions, request }
      : { kind: 'undetermined', actions, why: 'not certified' };
  }

  private groups(facts: readonly Use[], avoid: readonly Use[], actions: readonly number[]): readonly Group[] {
    const groups = new Map<string, Group>();
    const parts = this.partOf(avoid);
    const own = facts.flatMap((use) => use.clause.boundKeys);
    for (const i of actions) {
      const action = this.actions[i];
      if (action === undefined || !facts.every(({ clause, side }) => clause.actions[side].has(i))) continue;
      const { id, relevant } = parts(i, action);
      const key = own.length === 0 ? id : id + carried(action, own);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { members: [i], relevant });
      else group.members.push(i);
    }
    return [...groups.values()];
  }

  /** Which of the clauses to avoid cover an action, worked out once for a list of them. */
  private partOf(avoid: readonly Use[]): (i: number, action: KmsAction) => Part {
    let parts = this.parts.get(avoid);
    if (parts === undefined) {
      parts = { sets: [...new Set(avoid.map(coverage))], byAction: new Map(), byCover: new Map() };
      this.parts.set(avoid, parts);
    }
    const { sets, byAction, byCover } = parts;
    return (i, action) => {
      const known = byAction.get(i);
      if (known !== undefined) return known;
      const cover = sets.map((set) => (set.has(i) ? '1' : '0')).join('');
      let relevant = byCover.get(cover);
      if (relevant === undefined) {
        // The same list for the same question lets the search reuse what it worked out.
        relevant = cover.includes('0') ? avoid.filter((use) => coverage(use).has(i)) : avoid;
        byCover.set(cover, relevant);
      }
      const bound = new Set(relevant.flatMap((use) => use.clause.boundKeys));
      const part = { id: `${cover} ${carried(action, [...bound])}`, relevant };
      byAction.set(i, part);
      return part;
    };
  }
}

const coverage = ({ clause, side }: Use): ReadonlySet<number> => clause.actions[side];

const carried = (action: KmsAction, keys: readonly string[]): string =>
  keys.map((key) => (canCarry(action, key) ? '1' : '0')).join('');

type Part = { readonly id: string; readonly relevant: readonly Use[] };

type Parts = {
  readonly sets: readonly ReadonlySet<number>[];
  readonly byAction: Map<number, Part>;
  readonly byCover: Map<string, readonly Use[]>;
};

type Group = { readonly members: number[]; readonly relevant: readonly Use[] };

/**
 * The certificate: the evaluator, which shares no matching code with the search, permits the request. `allow`: the
 * statement that should do it, asked first.
 */
export const permits =
  (policy: KeyPolicy, reading: Reading, allow?: Use) =>
  (request: KeyRequest): boolean =>
    isPermitted(policy, request, { reading, expected: allow?.clause.statement });
