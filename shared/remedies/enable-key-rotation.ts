import type { Outcome } from '../decision.ts';
import type { Fact, KeyHistory } from '../facts/facts.ts';
import type { WritePorts } from './cancel-key-deletion.ts';

const remedy = 'enableKeyRotation';

/** The period the key had before, where it is known and allowed; null leaves it to KMS (365 days). */
export const planRotationPeriod = (history: Fact<KeyHistory>, maximumPeriodInDays: number): number | null => {
  const before = history.known ? (history.value.rotation?.periodInDays ?? null) : null;
  if (before !== null) return Math.min(before, maximumPeriodInDays);
  return maximumPeriodInDays < 365 ? maximumPeriodInDays : null;
};

/** Turns rotation on again: re-read, write, verify. For a replica `keyArn` is its primary's. */
export const enableKeyRotation = async (
  ports: WritePorts,
  keyArn: string,
  periodInDays: number | null,
): Promise<Outcome> => {
  const key = await ports.reader.describe(keyArn);
  if (!key.known) return { remedy, outcome: 'refused', detail: `the key could not be read: ${key.detail}` };
  if (key.value.keyState !== 'Enabled') {
    return { remedy, outcome: 'refused', detail: `the key is ${key.value.keyState}: rotation cannot be changed now` };
  }
  const before = await ports.reader.rotation(keyArn);
  if (!before.known) return { remedy, outcome: 'refused', detail: `rotation could not be read: ${before.detail}` };
  if (before.value.enabled) return { remedy, outcome: 'already-so', detail: 'rotation is on' };
  const written = await ports.writer.enableKeyRotation(keyArn, periodInDays);
  if (!written.ok) return { remedy, outcome: 'failed', detail: written.detail };
  return verified(ports, keyArn);
};

const verified = async (ports: WritePorts, keyArn: string): Promise<Outcome> => {
  for (const wait of [0, 300, 1_000, 3_000]) {
    if (wait > 0) await ports.clock.sleep(wait);
    const after = await ports.reader.rotation(keyArn);
    if (after.known && after.value.enabled) {
      return { remedy, outcome: 'done', detail: `rotation is on again, every ${after.value.periodInDays ?? 365} days` };
    }
  }
  return { remedy, outcome: 'failed', detail: 'KMS accepted it, but rotation still reads off' };
};
