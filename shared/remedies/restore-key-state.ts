import type { Outcome } from '../decision.ts';
import type { Fact, KeyHistory, StateChange } from '../facts/facts.ts';
import type { WritePorts } from './cancel-key-deletion.ts';
import { awaitState } from './await-state.ts';

const remedy = 'restoreKeyState';

/** The state to go back to, with what shows it; or that nothing shows it. */
export type RestorePlan =
  | { readonly state: 'Enabled' | 'Disabled'; readonly evidence: StateChange }
  | { readonly state: 'unknown'; readonly why: string };

/** The last state that the ledger or CloudTrail shows before the deletion was scheduled. KMS itself does not remember. */
export const planRestore = (history: Fact<KeyHistory>, scheduledAt: number | null): RestorePlan => {
  if (!history.known) return { state: 'unknown', why: history.detail };
  const earlier = history.value.stateChanges.filter(
    (change) => scheduledAt === null || Date.parse(change.at) <= scheduledAt,
  );
  const newest = newestOf(earlier);
  return newest === null
    ? { state: 'unknown', why: 'neither the ledger nor CloudTrail shows its state before' }
    : { state: newest.state, evidence: newest };
};

/** Was the key disabled after the deletion was scheduled, and not enabled again? Then a crashed rescue is not taken up. */
export const disabledSince = (history: Fact<KeyHistory>, scheduledAt: number | null): StateChange | null => {
  if (!history.known || scheduledAt === null) return null;
  const newest = newestOf(history.value.stateChanges.filter(({ at }) => Date.parse(at) > scheduledAt));
  return newest?.state === 'Disabled' ? newest : null;
};

/** CloudTrail's times are whole seconds: of two changes in the same one, having been disabled counts, for it may be meant. */
const newestOf = (changes: readonly StateChange[]): StateChange | null =>
  changes.reduce<StateChange | null>((latest, change) => {
    const later = latest === null ? 1 : Date.parse(change.at) - Date.parse(latest.at);
    return later > 0 || (later === 0 && change.state === 'Disabled') ? change : latest;
  }, null);

/** After a cancelled deletion: re-read, enable only if the key is known to have been enabled, verify. */
export const restoreKeyState = async (ports: WritePorts, keyArn: string, plan: RestorePlan): Promise<Outcome> => {
  if (plan.state === 'unknown') {
    return { remedy, outcome: 'refused', detail: `the key is saved but stays Disabled: ${plan.why}` };
  }
  const shown = `${plan.evidence.state} since ${plan.evidence.at}, shown by ${plan.evidence.source}`;
  if (plan.state === 'Disabled') {
    return { remedy, outcome: 'already-so', detail: `the key stays Disabled, as it was before (${shown})` };
  }
  // Right after the cancel KMS may still show the key pending deletion, or even as it was before that.
  const before = await awaitState(ports, keyArn, (state) => state === 'Disabled');
  if (before.known && before.value.keyState === 'Enabled') {
    return { remedy, outcome: 'already-so', detail: 'the key is Enabled' };
  }
  if (before.known && before.value.keyState !== 'Disabled') {
    return {
      remedy,
      outcome: 'refused',
      detail: `the key is ${before.value.keyState}: only a Disabled key can be enabled`,
    };
  }
  return enable(ports, keyArn, shown);
};

/** Right after a cancel KMS may still see the key as pending: then enabling is tried again. */
const enable = async (ports: WritePorts, keyArn: string, shown: string): Promise<Outcome> => {
  let written = await ports.writer.enableKey(keyArn);
  for (const wait of [500, 1_000, 2_000]) {
    if (written.ok || written.reason !== 'invalid-state') break;
    await ports.clock.sleep(wait);
    written = await ports.writer.enableKey(keyArn);
  }
  if (!written.ok) {
    return { remedy, outcome: 'failed', detail: `the key is saved but still disabled: ${written.detail}` };
  }
  const after = await awaitState(ports, keyArn, (state) => state === 'Enabled');
  if (after.known && after.value.keyState === 'Enabled') {
    return { remedy, outcome: 'done', detail: `the key is Enabled again (it was ${shown})` };
  }
  const state = after.known ? after.value.keyState : after.detail;
  return { remedy, outcome: 'failed', detail: `KMS accepted it, but the key reads ${state}` };
};
