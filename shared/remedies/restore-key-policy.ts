import type { Outcome } from '../decision.ts';
import type { Fact } from '../facts/facts.ts';
import { policyHash, samePolicy } from '../policy-text.ts';
import type { Ledger } from '../ports.ts';
import type { WritePorts } from './cancel-key-deletion.ts';
import type { PolicyPlan } from './plan-policy-restore.ts';

const remedy = 'restoreKeyPolicy';

export type RestorePorts = WritePorts & { readonly ledger: Pick<Ledger, 'claimRestore' | 'key'> };

type Input = {
  readonly keyArn: string;
  readonly plan: PolicyPlan;
  /** The event that is handled: its own retaken attempt may go on, see `Ledger.claimRestore`. */
  readonly eventID: string;
};

/** Puts a key policy back: re-read, write, verify. Only while the policy in force is the one that was judged. */
export const restoreKeyPolicy = async (ports: RestorePorts, { keyArn, plan, eventID }: Input): Promise<Outcome> => {
  if (plan.plan === 'none') return refused(`the policy stays as it is: ${plan.why}`);
  const { judged, target } = plan;
  // KMS is eventually consistent: one look may still show the policy before the judged one.
  const now = await lookFor(ports, { keyArn, policy: judged, waits: [500, 1_000, 2_000] });
  if (!now.known) return refused(`the key policy could not be read: ${now.detail}`);
  if (!samePolicy(now.value, judged)) {
    return samePolicy(now.value, target.policy)
      ? { remedy, outcome: 'already-so', detail: `the policy of ${target.at} is in force` }
      : refused('the key policy was changed again since it was judged: that change is judged by itself');
  }
  const claim = { keyArn, policyHash: policyHash(judged), eventID, now: ports.clock.now() };
  if (!(await ports.ledger.claimRestore(claim))) {
    return refused(
      'the guard undid this very policy before, or tried to, and it was put again: it does not fight over it',
    );
  }
  const written = await ports.writer.putKeyPolicy(keyArn, target.policy);
  if (!written.ok && written.reason === 'not-found') return refused('the key no longer exists');
  if (!written.ok) return { remedy, outcome: 'failed', detail: written.detail };
  return verified(ports, keyArn, target);
};

const refused = (detail: string): Outcome => ({ remedy, outcome: 'refused', detail });

const verified = async (
  ports: RestorePorts,
  keyArn: string,
  { policy, at }: { readonly policy: string; readonly at: string },
): Promise<Outcome> => {
  const after = await lookFor(ports, { keyArn, policy, waits: [300, 700, 1_500, 2_500, 3_500] });
  if (!after.known) {
    return {
      remedy,
      outcome: 'failed',
      detail: `KMS accepted it, but the policy could not be read again: ${after.detail}`,
    };
  }
  return samePolicy(after.value, policy)
    ? { remedy, outcome: 'done', detail: `the policy of ${at} is in force again` }
    : { remedy, outcome: 'failed', detail: `KMS accepted it, but the policy of ${at} is not in force` };
};

type Look = { readonly keyArn: string; readonly policy: string; readonly waits: readonly number[] };

/** Reads the policy until it is this one, or the looks are spent. Returns the last look. */
const lookFor = async (
  { reader, clock }: Pick<WritePorts, 'reader' | 'clock'>,
  { keyArn, policy, waits }: Look,
): Promise<Fact<string>> => {
  let look = await reader.policy(keyArn);
  for (const wait of waits) {
    if (look.known ? samePolicy(look.value, policy) : look.reason === 'not-found') return look;
    await clock.sleep(wait);
    look = await reader.policy(keyArn);
  }
  return look;
};
