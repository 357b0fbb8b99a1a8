/**
 * Key policies, understood. Pure: no SDK, no I/O, no clock. Read a text with `parsePolicy`, ask one request with `evaluate`,
 * everything about who gets in with `analyze`, two versions with `diffPolicies`, one principal with `principalPath`.
 */
export { type Access, type Witness } from './access-entry.ts';
export { type Who } from './access.ts';
export { analyze, type AnalyzeOptions, type PolicyAnalysis } from './analyze.ts';
export { type PolicyDiff, diffPolicies } from './diff.ts';
export {
  type Condition,
  type KeyPolicy,
  type Operator,
  type PolicyError,
  type Statement,
  statementName,
} from './document.ts';
export { type Decision, evaluate, evaluateBoth, type Evaluation, type Reading } from './evaluator/evaluate.ts';
export { conditionText, explainDecision } from './evaluator/explain.ts';
export { encryptionContextFindings } from './encryption-context.ts';
export { type PolicyFinding, type PolicyRule } from './findings.ts';
export { withGrants } from './grants.ts';
export { type IneffectiveStatement } from './ineffective.ts';
export { type Manageability, type ManageabilityLevel, passesSafetyCheck } from './manageability.ts';
export { parsePolicy, type PolicyParse } from './parse.ts';
export { type PrincipalPath, principalPath, type PrincipalQuestion } from './principal-path.ts';
export { type KeyRequest, type RequestContext, withCallerKeys } from './request.ts';
export { type DutyBreach } from './separation.ts';
export { type Standing, standingOf, trust, type TrustZone, zoneOf } from './zone.ts';
