import { createHash } from 'node:crypto';
import type { Unreadable } from './calls/call.ts';
import { type GuardPorts, RetryableFault } from './ports.ts';

type Settings = {
  readonly guard: string;
  readonly leaseInSeconds: number;
  readonly ports: Pick<GuardPorts, 'alerter' | 'clock' | 'deadLetters' | 'ledger' | 'log'>;
};

const excerptLength = 1_000;

/**
 * A body that cannot be read is recorded, alerted and put on the dead-letter queue at once: kept for people, while its
 * batch-mates go on. It is filed under the hash of its text, so that a redelivery alerts nobody twice; it is kept again all the
 * same, for what a redrive brought back to no avail is nowhere else.
 */
export const handleUnreadable = async (
  { guard, ports, leaseInSeconds }: Settings,
  { body, unreadable }: { readonly body: string; readonly unreadable: Unreadable },
): Promise<void> => {
  const id = createHash('sha256').update(body).digest('hex');
  const now = ports.clock.now();
  const claim = await ports.ledger.claim({ guard, eventID: id, now, leaseInSeconds });
  if (claim.claim === 'busy') throw new RetryableFault(`message ${id} is being handled by another attempt`);
  const excerpt = body.slice(0, excerptLength);
  const { reason, eventID } = unreadable;
  await ports.deadLetters.send(body, reason);
  if (claim.claim === 'duplicate') return;
  await ports.alerter.send({ kind: 'unreadable', eventID, guard, reason, excerpt });
  await ports.ledger.settleUnreadable({ guard, eventID: id, reason, excerpt, at: new Date(now).toISOString() });
  ports.log.info('unreadable', { guard, reason, id });
};
