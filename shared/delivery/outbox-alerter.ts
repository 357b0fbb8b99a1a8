import { fitAlert } from '../alerts/fit-alert.ts';
import type { Alerter, Clock, Pulse } from '../ports.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { alertIdOf, hashed } from './outbox-message.ts';
import type { Outbox } from './ports.ts';

/** A guard's alerter: one message in the outbox, whoever is to get it. docs/adr/0007 */
export const outboxAlerter = (outbox: Outbox, guard: string, clock: Pick<Clock, 'now'>): Alerter => ({
  send: async (alert) => {
    const at = new Date(clock.now()).toISOString();
    await outbox.put({ kind: 'alert', id: alertIdOf(guard, alert), at, alert: fitAlert(alert) });
  },
});

/** A heartbeat in the outbox; the same one twice is one. */
export const outboxPulse = (outbox: Outbox, guard: string): Pulse => ({
  beat: ({ id, at }: Heartbeat) => outbox.put({ kind: 'heartbeat', id: hashed('heartbeat', guard, id), at, guard }),
});
