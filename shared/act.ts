import type { Call } from './calls/call.ts';
import type { GuardConfig } from './config/config.ts';
import { modeOf } from './decide.ts';
import type { Decision, Outcome } from './decision.ts';
import type { Facts } from './facts/facts.ts';
import { withLatest } from './facts/history.ts';
import { cancelKeyDeletion } from './remedies/cancel-key-deletion.ts';
import { enableKeyRotation, planRotationPeriod } from './remedies/enable-key-rotation.ts';
import type { PolicyParts } from './policy-parts.ts';
import { restoreKeyPolicy, type RestorePorts } from './remedies/restore-key-policy.ts';
import { disabledSince, planRestore, restoreKeyState } from './remedies/restore-key-state.ts';
import { grantToRevoke, revokeGrant } from './remedies/revoke-grant.ts';

export type ActInput = {
  readonly decision: Decision;
  readonly call: Call | null;
  readonly facts: Facts;
  readonly config: GuardConfig;
  /** Role ARNs of the guard itself: no remedy may lock them out. */
  readonly guardRoles: readonly string[];
  /** Null in a guard whose rules have no remedy about policies. */
  readonly policyParts: PolicyParts | null;
  /** 1 for the first attempt at this event; more after a crash. */
  readonly attempt: number;
};

/** Carries a decision out. Every remedy re-reads the key, so doing it twice is doing it once. */
export const act = async (ports: RestorePorts, input: ActInput): Promise<readonly Outcome[]> => {
  const { decision, facts, config } = input;
  switch (decision.remedy) {
    case null:
      return [];
    case 'cancelKeyDeletion':
      return cancelAndRestore(ports, input);
    case 'enableKeyRotation': {
      const of = facts.rotation.known ? facts.rotation.value.of : facts.keyArn;
      const period = planRotationPeriod(facts.history, config.rotation.maximumPeriodInDays);
      return [await enableKeyRotation(ports, of, period)];
    }
    case 'restoreKeyPolicy':
      return [await restorePolicy(ports, input)];
    case 'revokeGrant':
      return [await revokeGrant(ports, facts.keyArn, grantToRevoke(input.call))];
    case 'restoreKeyState':
      return [{ remedy: decision.remedy, outcome: 'refused', detail: 'no rule asks for this remedy on its own' }];
  }
};

const restorePolicy = async (ports: RestorePorts, input: ActInput): Promise<Outcome> => {
  const { call, facts, config, guardRoles, policyParts } = input;
  const refused = (detail: string): Outcome => ({ remedy: 'restoreKeyPolicy', outcome: 'refused', detail });
  if (policyParts === null) return refused('this guard does not put policies back');
  if (call === null) return refused('a policy is put back only after the call that put it');
  const plan = policyParts.planRestore(facts, { config, guardRoles });
  return restoreKeyPolicy(ports, { keyArn: facts.keyArn, plan, eventID: call.eventID });
};

const cancelAndRestore = async (ports: RestorePorts, input: ActInput): Promise<readonly Outcome[]> => {
  const { call, facts, config, attempt } = input;
  const cancelled = await cancelKeyDeletion(ports, facts.keyArn);
  // On a first attempt "already so" means that somebody else cancelled: the key's state is theirs to choose.
  const ours = cancelled.outcome === 'done' || (cancelled.outcome === 'already-so' && attempt > 1);
  if (!ours) return [cancelled];
  // An attempt before may have come so far: CloudTrail is not asked for the history of an Enabled key.
  const now = cancelled.outcome === 'already-so' ? await ports.reader.describe(facts.keyArn) : null;
  if (now?.known === true && now.value.keyState === 'Enabled') {
    return [cancelled, { remedy: 'restoreKeyState', outcome: 'already-so', detail: 'the key is Enabled' }];
  }
  // Whoever disabled the key just before the deletion may be heard of only now.
  const history = await withLatest(facts.history, ports.ledger, facts.keyArn);
  // Nobody can disable a key that is pending deletion: this deletion is a later one, of a key that was left Disabled.
  const theirs = disabledSince(history, call?.time ?? null);
  if (theirs !== null) {
    const detail = `the key stays Disabled: somebody chose so since (${theirs.at}, shown by ${theirs.source})`;
    return [cancelled, { remedy: 'restoreKeyState', outcome: 'already-so', detail }];
  }
  const plan = planRestore(history, call?.time ?? null);
  if (modeOf(config, facts.account, 'restoreKeyState') === 'observe' && plan.state === 'Enabled') {
    const detail = 'the key is saved but stays Disabled: restoreKeyState is in observe mode (it was Enabled before)';
    return [cancelled, { remedy: 'restoreKeyState', outcome: 'refused', detail }];
  }
  return [cancelled, await restoreKeyState(ports, facts.keyArn, plan)];
};
