import { type Access, accessEntries } from './access-entry.ts';
import { type Covered, type Hit, type Label, type Refusal, reachOf } from './access.ts';
import {
  accountCandidates,
  type Candidate,
  foreignAccounts,
  insideAccounts,
  members,
  services,
  strangers,
} from './census.ts';
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
  const { hits, refusals } = outsideAccess(engine, policy);
  const inside = insideAccess(engine, policy);
  const manage = manageability(engine, policy, keyArn);
  const breaches = dutyBreaches(engine, policy);
  const ineffective = ineffectiveStatements(engine, policy, [...hits, ...inside.hits]);
  const people = hits.filter((hit) => hit.who !== 'service');
  const verdict = {
    public: people.some((hit) => hit.who === 'public'),
    crossAccount: people.length > 0,
    service: hits.some((hit) => hit.who === 'service'),
    manageable: manage.level,
    access: accessEntries([...hits, ...inside.hits], policy),
    manageability: manage,
    breaches,
    ineffective,
    complete: [...hits, ...inside.hits].every((hit) => hit.witness !== null) && !manage.undetermined,
    refusals,
  };
  return { ...verdict, findings: policyFindings(policy, verdict, zone) };
};

type Gathered = { readonly hits: readonly Hit[]; readonly refusals: readonly Refusal[] };

/** Everybody outside. What a stranger can do is not said again of an account or an organization. */
const outsideAccess = (engine: Engine, policy: KeyPolicy): Gathered => {
  const covered: Covered = new Set();
  const people = gather(engine, policy, { candidates: strangers(engine), covered });
  const accounts = foreignAccounts(engine).map((account) =>
    gather(engine, policy, { candidates: accountCandidates(engine, account), covered: new Set(covered) }),
  );
  const deputies = gatherServices(engine, policy, false);
  return {
    hits: [...people.hits, ...accounts.flatMap((one) => one.hits), ...deputies.hits],
    refusals: people.refusals,
  };
};

const insideAccess = (engine: Engine, policy: KeyPolicy): Gathered => {
  const accounts = insideAccounts(engine).map((account) =>
    gather(engine, policy, { candidates: accountCandidates(engine, account), covered: new Set() }),
  );
  const others = gather(engine, policy, { candidates: members(engine), covered: new Set() });
  const trusted = gatherServices(engine, policy, true);
  return { hits: [...accounts, others, trusted].flatMap((one) => one.hits), refusals: [] };
};

const gather = (
  engine: Engine,
  policy: KeyPolicy,
  { candidates, covered }: { readonly candidates: readonly Candidate[]; readonly covered: Covered },
): Gathered => {
  const reached = candidates.map(({ caller, label }) => reachOf(engine, policy, { caller, label, covered }));
  return { hits: reached.flatMap((one) => one.hits), refusals: reached.flatMap((one) => one.refusals) };
};

/** Any service first; what any service can do is not said again of a named one, but a service hides no other. */
const gatherServices = (engine: Engine, policy: KeyPolicy, inside: boolean): Gathered => {
  const candidates = services(engine, policy, inside);
  const any: Covered = new Set();
  const wide = gather(engine, policy, { candidates: candidates.filter(isAny), covered: any });
  const named = Map.groupBy(
    candidates.filter((one) => !isAny(one)),
    (one) => one.label.principal,
  );
  const each = [...named.values()].map((list) => gather(engine, policy, { candidates: list, covered: new Set(any) }));
  return { hits: [...wide.hits, ...each.flatMap((one) => one.hits)], refusals: [] };
};

const isAny = ({ label }: { readonly label: Label }): boolean => label.principal === '*';
