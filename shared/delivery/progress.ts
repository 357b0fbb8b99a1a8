import { hashed, type Move } from './outbox-message.ts';
import type { Outbox } from './ports.ts';

/** For whoever answers an alert: `approvals`, `slack-actions`, the command line. */
export type Progress = { readonly moved: (move: Move) => Promise<void> };

/**
 * Puts a step into the outbox, so that it comes after the alert it is about. Saying the same step twice is saying it once.
 * @throws RetryableFault when the queue does not take it
 */
export const progressThrough = (outbox: Outbox): Progress => ({
  moved: async (move) => {
    const { alertId, keyArn, findingIds, status, by, what, at } = move;
    const id = hashed('move', alertId ?? '', keyArn ?? '', findingIds.join(), status, by, what, at);
    await outbox.put({ kind: 'move', id, at, move });
  },
});
