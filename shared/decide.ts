import type { GuardConfig, Mode } from './config/config.ts';
import type { Decision, DecisionReason, RuleVerdict } from './decision.ts';
import { exempt, type ExemptInput } from './exemptions.ts';
import type { SlotResult } from './ledger/entries.ts';
import { isOwnActor, isOwnCall } from './own-actor.ts';
import type { RemedyName } from './remedies/remedy-names.ts';
import { type Severity, severities } from './rules/define-rule.ts';

export type DecideInput = ExemptInput & {
  /** Role ARNs of the guard itself. */
  readonly ownRoles: readonly string[];
};

/** `observe` unless the account's own entry, or else the general one, says `enforce`. */
export const modeOf = (config: GuardConfig, account: string, remedy: RemedyName): Mode =>
  config.modes.accounts[account]?.[remedy] ?? config.modes.remedies[remedy] ?? 'observe';

/** What to do about the verdicts on one key, with every reason. Pure; the circuit breaker comes after, see `applyBreaker`. */
export const decide = (input: DecideInput): Decision => {
  if (input.call !== null && isOwnCall(input.call, input.ownRoles)) {
    return ignore([{ id: 'own-actor', actor: input.call.actor.arn ?? 'the guard' }]);
  }
  const flagged = input.verdicts.filter(isFlagged);
  if (flagged.length === 0) return ignore([{ id: 'compliant' }]);
  const { standing, approved, reasons } = exempt(flagged, input);
  if (standing.length > 0) return answer(standing, [...impostor(input), ...reasons], input);
  return approved ? allowed(reasons) : ignore(reasons);
};

/** The guard's own role, in a call that the guard never makes: judged like anybody's, and said. */
const impostor = ({ call, ownRoles }: DecideInput): readonly DecisionReason[] =>
  call !== null && isOwnActor(call.actor, ownRoles) ? [{ id: 'impostor', actor: call.actor.arn ?? 'unknown' }] : [];

export const isFlagged = ({ verdict }: RuleVerdict): boolean =>
  verdict.verdict === 'violation' || verdict.verdict === 'undetermined';

/** Told all the same: a planned deletion goes its way. */
const allowed = (reasons: readonly DecisionReason[]): Decision => ({
  action: 'alert',
  remedy: null,
  wouldRemedy: null,
  severity: 'info',
  reasons,
});

const ignore = (reasons: readonly DecisionReason[]): Decision => ({
  action: 'ignore',
  remedy: null,
  wouldRemedy: null,
  severity: 'info',
  reasons,
});

/** Alert, or remedy where a violation (never an undetermined verdict) has one and nothing stands against it. */
const answer = (
  standing: readonly RuleVerdict[],
  exemptions: readonly DecisionReason[],
  input: DecideInput,
): Decision => {
  const severity = worst(standing.map((each) => each.severity));
  const found = standing.map(
    ({ rule, verdict }): DecisionReason => ({
      id: verdict.verdict === 'violation' ? 'violation' : 'undetermined',
      rule: rule.id,
    }),
  );
  const remedy = standing.find(({ verdict, rule }) => justifies(verdict) && rule.remedy !== null)?.rule.remedy;
  const reasons = [...found, ...exemptions];
  if (remedy === undefined || remedy === null)
    return { action: 'alert', remedy: null, wouldRemedy: null, severity, reasons };
  const brakes = brakesOn(remedy, input);
  return brakes.length > 0
    ? { action: 'alert', remedy: null, wouldRemedy: remedy, severity, reasons: [...reasons, ...brakes] }
    : { action: 'remedy', remedy, wouldRemedy: null, severity, reasons };
};

const justifies = (verdict: RuleVerdict['verdict']): boolean =>
  verdict.verdict === 'violation' && verdict.remedy !== null;

const brakesOn = (remedy: RemedyName, { call, account, config, now }: DecideInput): readonly DecisionReason[] => {
  const brakes: DecisionReason[] = [];
  if (modeOf(config, account, remedy) === 'observe') brakes.push({ id: 'observe-mode', remedy });
  if (call !== null && call.replayName !== null) {
    const ageInMinutes = Math.floor((now - call.time) / 60_000);
    if (ageInMinutes > config.safety.replayMaxAgeInMinutes) {
      brakes.push({ id: 'replayed-too-old', replayName: call.replayName, ageInMinutes });
    }
  }
  return brakes;
};

/** The breaker's word on a decision to remedy: without a slot the guard only alerts, and says that it tripped. */
export const applyBreaker = (decision: Decision, slot: SlotResult, limit: number): Decision =>
  decision.remedy === null || slot.granted
    ? decision
    : {
        ...decision,
        action: 'alert',
        remedy: null,
        wouldRemedy: decision.remedy,
        reasons: [...decision.reasons, { id: 'breaker-tripped', limit, first: slot.first }],
      };

export const worst = (list: readonly Severity[]): Severity =>
  list.reduce<Severity>((high, each) => (severities.indexOf(each) > severities.indexOf(high) ? each : high), 'info');
