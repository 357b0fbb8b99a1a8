import { type Candidate, cover, Coverage, type Covered, type Hit, newActions } from './access.ts';
import { type Access, accessEntries } from './access-entry.ts';
import { analyze, type AnalyzeOptions, type PolicyAnalysis } from './analyze.ts';
import { insiders, outsiders } from './census.ts';
import type { KeyPolicy, Statement } from './document.ts';
import { evaluate, evaluateBoth } from './evaluator/evaluate.ts';
import type { KeyRequest } from './request.ts';
import { Engine } from './search/engine.ts';
import type { Use } from './search/search.ts';
import type { TrustZone } from './zone.ts';

export type PolicyDiff = {
  /** Requests that the new policy permits and the old one does not. */
  readonly gained: readonly Access[];
  readonly lost: readonly Access[];
  /** What the account may now hand out by IAM policies, or no longer. Nobody has it by the key policy alone. */
  readonly delegation: { readonly gained: readonly Access[]; readonly lost: readonly Access[] };
  readonly becamePublic: boolean;
  /** Somebody in the account could change the old policy, and nobody can change the new one. */
  readonly becameUnmanageable: boolean;
  readonly before: PolicyAnalysis;
  readonly after: PolicyAnalysis;
};

/** Who gained and who lost what. Order, Sids and spelling make no difference: it compares requests, not text. */
export const diffPolicies = (
  versions: { readonly before: KeyPolicy; readonly after: KeyPolicy },
  zone: TrustZone,
  options: AnalyzeOptions = { keyArn: null },
): PolicyDiff => {
  const [before, after] = [analyze(versions.before, zone, options), analyze(versions.after, zone, options)];
  const gained = gains(versions.before, versions.after, { zone, options });
  const lost = gains(versions.after, versions.before, { zone, options });
  return {
    gained: gained.direct,
    lost: lost.direct,
    delegation: { gained: gained.delegated, lost: lost.delegated },
    becamePublic: after.public && !before.public,
    becameUnmanageable: after.manageable === 'locked' && before.manageable !== 'locked',
    before,
    after,
  };
};

type Scope = { readonly zone: TrustZone; readonly options: AnalyzeOptions };

type Gains = { readonly direct: readonly Access[]; readonly delegated: readonly Access[] };

/** What `to` permits and `from` does not. */
const gains = (from: KeyPolicy, to: KeyPolicy, { zone, options }: Scope): Gains => {
  const { keyArn, steps } = options;
  const engine = new Engine({ policies: [from, to], zone, keyArn, ...(steps === undefined ? {} : { steps }) });
  const coverage = new Coverage();
  const hits = [...outsiders(engine, to), ...insiders(engine, to)].flatMap((candidate) =>
    gainsOf(engine, { from, to, covered: coverage.of(candidate) }, candidate),
  );
  const delegated = new Set(hits.filter((hit) => isDelegation(hit, to)));
  return {
    direct: accessEntries(
      hits.filter((hit) => !delegated.has(hit)),
      to,
    ),
    delegated: accessEntries([...delegated], to),
  };
};

/** Through a statement that names the own account, so that an IAM policy has to allow it too. */
const isDelegation = ({ caller, statement }: Hit, policy: KeyPolicy): boolean => {
  const principal = policy.statements[statement]?.principal;
  if (caller.standing !== 'own' || caller.kind === 'service' || principal === undefined || principal.negated)
    return false;
  const named = caller.kind === 'named' ? caller.named.text : null;
  return !principal.entries.some((entry) => entry.kind === 'everyone' || entry.text === named);
};

type Pair = { readonly from: KeyPolicy; readonly to: KeyPolicy; readonly covered: Covered };

/**
 * A request is new when every old Allow fails it, or when an old Deny stopped it. The first is one run with the old Allows
 * among the clauses to avoid; the second one run for each old Deny, with its conditions as facts.
 */
const gainsOf = (engine: Engine, { from, to, covered }: Pair, { caller, label }: Candidate): readonly Hit[] => {
  const allows = engine.usesOf(to, caller, { effect: 'Allow', side: 'may' });
  if (allows.length === 0) return [];
  const denies = engine.usesOf(to, caller, { effect: 'Deny', side: 'must' });
  const oldAllows = engine.usesOf(from, caller, { effect: 'Allow', side: 'may' });
  const kept = new Set(denies.map(({ clause }) => meaning(clause.statement, to)));
  const oldDenies = engine
    .usesOf(from, caller, { effect: 'Deny', side: 'must' })
    .filter(({ clause }) => !kept.has(meaning(clause.statement, from)));
  const oldMeanings = new Set(oldAllows.map(({ clause }) => meaning(clause.statement, from)));
  const replay = (request: KeyRequest): boolean =>
    evaluate(to, request).decision === 'Allow' && evaluate(from, request).decision !== 'Allow';
  const hits: Hit[] = [];
  for (const allow of allows) {
    const { index } = allow.clause.statement;
    const runs: readonly { readonly facts: readonly Use[]; readonly avoid: readonly Use[] }[] = [
      ...(oldMeanings.has(meaning(allow.clause.statement, to))
        ? []
        : [{ facts: [allow], avoid: [...denies, ...oldAllows] }]),
      ...oldDenies.map((deny) => ({ facts: [allow, deny], avoid: denies })),
    ];
    for (const run of runs) {
      const actions = newActions(engine, allow, { caller, covered });
      for (const found of engine.ask({ caller, ...run, actions, replay })) {
        if (found.kind === 'no') continue;
        const names = found.actions.map((action) => action.name);
        if (found.kind === 'yes') cover(covered, index, found.actions);
        const certain =
          found.kind === 'yes' &&
          ![...run.facts, ...run.avoid].some(({ clause }) => clause.uncertain) &&
          [from, to].every((policy) => evaluateBoth(policy, found.request).certain);
        hits.push({
          ...label,
          caller,
          statement: index,
          actions: names,
          witness: found.kind === 'yes' ? found.request : null,
          certain,
          doubt: found.kind === 'undetermined' ? found.why : null,
        });
      }
    }
  }
  return hits;
};

/** Asked of every caller again. */
const meanings = new WeakMap<Statement, { readonly text: string; readonly variables: boolean }>();

/** A statement without its Sid and place, lists in order: equal texts mean the same under one version. */
const meaning = (statement: Statement, { version }: KeyPolicy): string => {
  let known = meanings.get(statement);
  if (known === undefined) {
    const text = textOf(statement);
    known = { text, variables: text.includes('${') };
    meanings.set(statement, known);
  }
  return known.variables ? `${version} ${known.text}` : known.text;
};

const textOf = (statement: Statement): string => {
  const { effect, principal, action, resource, conditions } = statement;
  const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();
  const actions = action === null ? null : [action.negated, sorted(action.patterns.map((text) => text.toLowerCase()))];
  const resources = resource === null ? null : [resource.negated, sorted(resource.patterns)];
  const who = [principal.negated, sorted(principal.entries.map((entry) => `${entry.kind} ${entry.text}`))];
  const when = sorted(
    conditions.map(({ operator, key, values }) =>
      JSON.stringify([operator.text.toLowerCase(), key.toLowerCase(), sorted(values)]),
    ),
  );
  return JSON.stringify([effect, who, actions, resources, when]);
};
