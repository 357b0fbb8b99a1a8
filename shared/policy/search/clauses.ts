import {
  ACCOUNT_ACTIONS,
  ACTION_PLACES,
  isBound,
  KMS_ACTIONS,
  type KmsAction,
  unknownAction,
} from '../action-catalogue.ts';
import type { KeyPolicy, PatternElement, Statement } from '../document.ts';
import { type Entry, entryOf, isUncertain, type Side } from './atoms.ts';
import type { Budget } from './budget.ts';
import { holds, type TestStore } from './value-test.ts';

/** A statement made ready for the search. */
export type Clause = {
  readonly statement: Statement;
  readonly entries: readonly Entry[];
  /** Indexes of the actions it covers, for each side. Empty when its Resource is not this key. */
  readonly actions: Readonly<Record<Side, ReadonlySet<number>>>;
  /** The two sides differ somewhere, whoever calls. */
  readonly uncertain: boolean;
  readonly keys: readonly string[];
  /** Those of the keys that only some actions carry. */
  readonly boundKeys: readonly string[];
};

/** Actions that matter for these policies: the catalogue and what they name beyond it. */
export const actionsOf = (policies: readonly KeyPolicy[]): readonly KmsAction[] => {
  const named = policies.flatMap((policy) =>
    policy.statements.flatMap(({ effect, action }) =>
      effect === 'Allow' && action?.negated === false ? action.patterns : [],
    ),
  );
  const extra = new Map<string, KmsAction>();
  for (const name of named) {
    const lower = name.toLowerCase();
    if (!ACTION_PLACES.has(lower) && /^kms:[a-z]+$/.test(lower) && !ACCOUNT_ACTIONS.has(lower))
      extra.set(lower, unknownAction(name));
  }
  return extra.size === 0 ? KMS_ACTIONS : [...KMS_ACTIONS, ...extra.values()];
};

const NO_ACTIONS: ReadonlySet<number> = new Set();

type Scope = {
  readonly actions: readonly KmsAction[];
  readonly keyArn: string | null;
  readonly tests: TestStore;
  readonly budget: Budget;
};

/** Compiles the statements of one policy. */
export class ClauseCompiler {
  private readonly scope: Scope;
  /** Statements about the same actions share one set: lists of them are compared by identity. */
  private readonly sets = new Map<string, ReadonlySet<number>>();
  private readonly patterns = new Map<string, readonly number[]>();
  private readonly byName: ReadonlyMap<string, number>;

  constructor(scope: Scope) {
    this.scope = scope;
    this.byName =
      scope.actions === KMS_ACTIONS
        ? ACTION_PLACES
        : new Map(scope.actions.map((action, i) => [action.name.toLowerCase(), i]));
  }

  compile(policy: KeyPolicy): readonly Clause[] {
    return policy.statements.map((statement) => {
      const entries = statement.conditions.map((condition) => entryOf(condition, policy.version));
      const resource = this.resource(statement.resource, policy.version);
      const may = resource.may ? this.actions(statement.action, 'may') : NO_ACTIONS;
      const must = resource.must ? this.actions(statement.action, 'must') : NO_ACTIONS;
      const keys = [...new Set(entries.flatMap((entry) => [entry.key, ...entry.variables]))];
      return {
        statement,
        entries,
        actions: { may, must },
        uncertain: may.size !== must.size || entries.some(isUncertain),
        keys,
        boundKeys: keys.filter(isBound),
      };
    });
  }

  private actions(element: PatternElement | null, side: Side): ReadonlySet<number> {
    if (element === null) return NO_ACTIONS;
    const key = `${element.negated ? 'not ' : ''}${side} ${JSON.stringify(element.patterns)}`;
    let known = this.sets.get(key);
    if (known === undefined) {
      known = this.covered(element, side);
      this.sets.set(key, known);
    }
    return known;
  }

  private covered(element: PatternElement, side: Side): ReadonlySet<number> {
    // The complement of what may match is what must not, and the other way round.
    const inner = element.negated ? (side === 'may' ? 'must' : 'may') : side;
    const covered = new Set(element.patterns.flatMap((pattern) => this.pattern(pattern.toLowerCase(), inner)));
    if (!element.negated) return covered;
    return new Set(this.scope.actions.keys().filter((i) => !covered.has(i)));
  }

  private pattern(pattern: string, side: Side): readonly number[] {
    const service = pattern.slice(0, Math.max(0, pattern.indexOf(':')));
    if (pattern !== '*' && (service === '' || (side === 'must' && /[*?]/.test(service)))) return [];
    const exact = this.byName.get(pattern);
    if (exact !== undefined) return [exact];
    const known = this.patterns.get(pattern);
    if (known !== undefined) return known;
    const found = this.matching(pattern);
    this.patterns.set(pattern, found);
    return found;
  }

  private matching(pattern: string): readonly number[] {
    const wild = pattern.search(/[*?]/);
    if (wild < 0) return [];
    const head = pattern.slice(0, wild);
    const headOnly = wild === pattern.length - 1 && pattern.endsWith('*');
    const found: number[] = [];
    for (const [name, i] of this.byName) {
      if (name.startsWith(head) && (headOnly || holds(this.scope.tests.glob([pattern]), name, this.scope.budget)))
        found.push(i);
    }
    return found;
  }

  private resource(
    element: PatternElement | null,
    version: KeyPolicy['version'],
  ): { readonly may: boolean; readonly must: boolean } {
    if (element === null) return { may: false, must: false };
    const hits = element.patterns.map((pattern) => this.isThisKey(pattern, version));
    const may = hits.some((hit) => hit !== 'no');
    const must = hits.includes('yes');
    return element.negated ? { may: !must, must: !may } : { may, must };
  }

  private isThisKey(text: string, version: KeyPolicy['version']): 'yes' | 'no' | 'maybe' {
    if (text === '*') return 'yes';
    const { keyArn, tests, budget } = this.scope;
    // Whether a variable works in the Resource of a key policy is not documented, nor what it would come to here.
    const pattern = version === '2012-10-17' ? text.split(/\$\{[^}]*\}/).join('*') : text;
    if (keyArn === null) return mayBeKey(pattern) ? 'maybe' : 'no';
    if (!holds(tests.glob([pattern]), keyArn, budget)) return 'no';
    return pattern === text ? 'yes' : 'maybe';
  }
}

/** The part before the first wildcard decides: `arn:aws:kms:` or less of it. */
const mayBeKey = (pattern: string): boolean => {
  const [head = ''] = pattern.split(/[*?]/);
  const [arn, , service, ...rest] = head.split(':');
  if (rest.length > 0) return arn === 'arn' && service === 'kms';
  return head !== pattern && (head.startsWith('arn:') || 'arn:'.startsWith(head));
};
