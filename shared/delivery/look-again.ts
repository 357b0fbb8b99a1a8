import type { Alert } from '../alerts/alert.ts';
import { isApproved } from '../decision.ts';
import { orUnknown } from '../facts/or-unknown.ts';
import { done, type Handled, iso, type Notifier } from './notifier.ts';
import { hashed, type Look } from './outbox-message.ts';
import type { Sent } from './ports.ts';
import { scheduleReminders } from './reminders.ts';
import { notYet, sent } from './sent.ts';

/** A deletion that may still stand: it is raised again before its date, where one is known or comes to be known. */
export const mayComeDue = (alert: Alert): boolean => {
  if (alert.kind === 'sweep') return alert.rule === deletionRule;
  if (alert.kind !== 'key' || alert.keyArn === null) return false;
  return alert.deletionDate !== null || alert.keyState === 'PendingReplicaDeletion';
};

const deletionRule = 'deletion-scheduled';

/** Reminders of one alert: by its date, or by looks at the key until there is one. What a second person approved needs none. */
export const planReminders = async (notifier: Notifier, alertId: string | null): Promise<Sent> => {
  const { ports } = notifier;
  const alert = alertId === null ? null : await ports.deliveries.alert(alertId);
  if (alertId === null || alert === null) return notYet('the alert is not in the ledger');
  const since = iso(ports.clock.now());
  if (alert.kind === 'sweep') {
    // No event told of it: the sweep knows that the key is pending, and the key knows until when.
    for (const { keyArn } of alert.worst) if (keyArn !== null) await lookAgain(notifier, { alertId, keyArn, since });
    return sent;
  }
  if (alert.kind !== 'key' || alert.keyArn === null || isApproved(alert.decision)) return sent;
  const { keyArn, deletionDate } = alert;
  if (deletionDate === null) await scheduleLook(notifier, { alertId, keyArn, since });
  else await scheduleReminders(notifier, { alertId, keyArn, deletionDate });
  return sent;
};

const dayInMilliseconds = 86_400_000;
/** The waiting period of a primary, seven days or more, begins when its last replica is gone: no event tells of that. */
const lookInMilliseconds = 2 * dayInMilliseconds;
const daysUnread = 60;

/** Has it a date by now? Then there are reminders. A key that waits on is looked at again; one that nobody can read, for two months. */
export const lookAgain = async (notifier: Notifier, look: Look): Promise<Handled> => {
  const { ports } = notifier;
  const { alertId, keyArn, since } = look;
  const metadata = await orUnknown(() => ports.reader.describe(keyArn));
  if (!metadata.known) {
    const isOver = ports.clock.now() - Date.parse(since) > daysUnread * dayInMilliseconds;
    if (metadata.reason !== 'not-found' && !isOver) await scheduleLook(notifier, look);
    return done;
  }
  const { keyState, deletionDate } = metadata.value;
  if (keyState === 'PendingReplicaDeletion') await scheduleLook(notifier, look);
  if (keyState === 'PendingDeletion' && deletionDate !== null) {
    await scheduleReminders(notifier, { alertId, keyArn, deletionDate });
  }
  return done;
};

/** Two chains of looks at one key are one: their names go by the day. */
const scheduleLook = async ({ ports }: Notifier, look: Look): Promise<void> => {
  const time = ports.clock.now() + lookInMilliseconds;
  const name = hashed('look', look.keyArn, String(Math.floor(time / dayInMilliseconds)));
  await ports.schedules.at({ name, time, message: { kind: 'look', id: name, at: iso(time), look } });
};
