import type { Heartbeat } from './heartbeat.ts';
import type { GuardPorts } from './ports.ts';

type Settings = {
  readonly guard: string;
  readonly leaseInSeconds: number;
  readonly ports: Pick<GuardPorts, 'clock' | 'ledger' | 'pulse'>;
};

/** A claim, as for any event, proves that the ledger takes writes; a second delivery only proves it again. */
export const passHeartbeat = async (
  { guard, leaseInSeconds, ports }: Settings,
  heartbeat: Heartbeat,
): Promise<void> => {
  const eventID = `heartbeat-${heartbeat.id}`;
  await ports.ledger.claim({ guard, eventID, now: ports.clock.now(), leaseInSeconds });
  await ports.pulse.beat(heartbeat);
};
