import { type Access, accessEntries } from './access-entry.ts';
import { type Candidate, Coverage, type Hit, type Label, type Refusal, reachOf } from './access.ts';
import { insiders, outsiders } from './census.ts';
import type { KeyPolicy } from './document.ts';
import { type PolicyFinding, policyFindings } from './findings.ts';
import { type IneffectiveStatement, ineffectiveStatements } from './ineffective.ts';
import { type Manageability, manageability, type ManageabilityLevel } from './manageability.ts';
import { Engine, type EngineInput } from './search/engine.ts';
import { type DutyBreach, dutyBreaches } from './separation.ts';
import type { TrustZone } from './zone.ts';

export type AnalyzeOptions = {
  /** The key's ARN; null when it is not known (then a statement about an explicit ARN may be about this key). */
  readonly keyArn: string | null;
  /** A smaller or larger budget than the default, in steps. */
  readonly steps?: EngineInput['steps'];
};

/** All that can be said about a key policy without asking AWS. */
export type PolicyAnalysis = {
  /** A stranger can construct a request that the policy permits, or it could not be excluded. */
  readonly public: boolean;
  /** Some AWS principal outside the zone gets in, be it under conditions. */
  readonly crossAccount: boolean;
  /** A service may act for a resource outside the zone. */
  readonly service: boolean;
  readonly manageable: ManageabilityLevel;
  readonly access: readonly Access[];
  readonly findings: readonly PolicyFinding[];
  readonly manageability: Manageability;
  readonly breaches: readonly DutyBreach[];
  readonly ineffective: readonly IneffectiveStatement[];
  /** False when the step budget ran out somewhere: `public`, `crossAccount` and `service` then err on the side of access. */
  readonly complete: boolean;
  /** Witnesses that the evaluator refused: a defect of this engine. They count as access, too. */
  readonly uncertified: number;
  /** What stopped a stranger, statement by statement, for the explanation of a "no". */
  readonly refusals: readonly Refusal[];
};

/**
 * Analyses a key policy: who can get in, whether it can still be managed, what is bad practice (POLICY sections 1 and 2).
 * Pure and deterministic: no clock, no I/O; bounded by a step budget.
 */
export const analyze = (
  policy: KeyPolicy,
  zone: TrustZone,
  options: AnalyzeOptions = { keyArn: null },
): PolicyAnalysis => {
  const { keyArn, steps } = options;
  const engine = new Engine({ policies: [policy], zone, keyArn, ...(steps === undefined ? {} : { steps }) });
  const all = gather(engine, policy, [...outsiders(engine, policy), ...insiders(engine, policy)]);
  const hits = all.hits.filter((hit) => OUTSIDE.has(hit.who));
  const manage = manageability(engine, policy, keyArn);
  const breaches = dutyBreaches(engine, policy);
  const ineffective = ineffectiveStatements(engine, policy, all.hits);
  const people = hits.filter((hit) => hit.who !== 'service');
  const verdict = {
    public: people.some((hit) => hit.who === 'public'),
    crossAccount: people.length > 0,
    service: hits.some((hit) => hit.who === 'service'),
    manageable: manage.level,
    access: accessEntries(all.hits, policy),
    manageability: manage,
    breaches,
    ineffective,
    complete: all.hits.every((hit) => hit.witness !== null) && !manage.undetermined,
    uncertified: all.hits.filter((hit) => hit.doubt === 'not certified').length,
    refusals: all.refusals.filter((refusal) => refusal.who === 'public'),
  };
  return { ...verdict, findings: policyFindings(policy, verdict, zone) };
};

const OUTSIDE: ReadonlySet<string> = new Set(['public', 'external', 'conditional', 'service']);

type Gathered = { readonly hits: readonly Hit[]; readonly refusals: readonly (Refusal & Label)[] };

/** What each class of callers can do, statement by statement, wider classes first. */
const gather = (engine: Engine, policy: KeyPolicy, candidates: readonly Candidate[]): Gathered => {
  const coverage = new Coverage();
  const hits: Hit[] = [];
  const refusals: (Refusal & Label)[] = [];
  for (const candidate of candidates) {
    const { caller, label } = candidate;
    const reach = reachOf(engine, policy, { caller, label, covered: coverage.of(candidate) });
    hits.push(...reach.hits);
    refusals.push(...reach.refusals.map((refusal) => ({ ...refusal, ...label })));
  }
  return { hits, refusals };
};
