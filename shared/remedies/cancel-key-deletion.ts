import type { Outcome } from '../decision.ts';
import type { Clock, KeyReader, KeyWriter } from '../ports.ts';
import { awaitState, isPending } from './await-state.ts';

const remedy = 'cancelKeyDeletion';

export type WritePorts = { readonly reader: KeyReader; readonly writer: KeyWriter; readonly clock: Clock };

/**
 * Saves a key that is pending deletion: re-read, cancel, verify. KMS leaves it `Disabled`, see `restore-key-state.ts`.
 * A key that cannot be described is cancelled all the same: cancelling is reversible, deletion is not.
 */
export const cancelKeyDeletion = async (ports: WritePorts, keyArn: string): Promise<Outcome> => {
  // One look may still show the key as it was before the call; taken for saved, it would be lost.
  const before = await awaitState(ports, keyArn, isPending);
  if (before.known && !isPending(before.value.keyState)) {
    return { remedy, outcome: 'already-so', detail: `the key is ${before.value.keyState}, not pending deletion` };
  }
  if (!before.known && before.reason === 'not-found') {
    return { remedy, outcome: 'refused', detail: 'the key no longer exists' };
  }
  const written = await ports.writer.cancelKeyDeletion(keyArn);
  if (!written.ok && written.reason === 'not-found') {
    return { remedy, outcome: 'refused', detail: 'the key no longer exists' };
  }
  if (!written.ok && written.reason !== 'invalid-state') return { remedy, outcome: 'failed', detail: written.detail };
  return verified(ports, keyArn, written.ok);
};

/** Somebody else may have cancelled at the same moment: then KMS refuses ours, and the key is safe all the same. */
const verified = async (ports: WritePorts, keyArn: string, wroteIt: boolean): Promise<Outcome> => {
  const after = await awaitState(ports, keyArn, (state) => !isPending(state));
  if (!after.known) {
    return wroteIt
      ? { remedy, outcome: 'done', detail: `KMS accepted it, but the key could not be read again: ${after.detail}` }
      : { remedy, outcome: 'failed', detail: `the key could not be read: ${after.detail}` };
  }
  const { keyState } = after.value;
  if (isPending(keyState)) return { remedy, outcome: 'failed', detail: `the key is still ${keyState}` };
  return wroteIt
    ? { remedy, outcome: 'done', detail: `the key is ${keyState}` }
    : { remedy, outcome: 'already-so', detail: `the key is ${keyState}` };
};
