import type { Alert } from '../alerts/alert.ts';
import { orUnknown } from '../facts/or-unknown.ts';
import { lineOf, done, type Handled, iso, type Notifier, putDelivery } from './notifier.ts';
import { hashed, type Move, type Reminder } from './outbox-message.ts';
import { asksForTags, routeOf } from './route.ts';
import { tellPeople } from './tell-people.ts';

const hourInMilliseconds = 3_600_000;

/** When a pending deletion is raised again, earliest first, milliseconds since the epoch. */
export const reminderTimes = (hoursBefore: readonly number[], deletionDate: string): readonly number[] =>
  [...new Set(hoursBefore)]
    .toSorted((a, b) => b - a)
    .map((hours) => Date.parse(deletionDate) - hours * hourInMilliseconds);

type Dated = Pick<Reminder, 'alertId' | 'keyArn' | 'deletionDate'>;

/** One-time schedules for a deletion that still stands. The same key and date have the same names: no point comes twice. */
export const scheduleReminders = async (notifier: Notifier, dated: Dated): Promise<void> => {
  const { config, ports } = notifier;
  const times = reminderTimes(config.escalation.hoursBefore, dated.deletionDate);
  for (const [index, time] of times.entries()) {
    if (Number.isNaN(time) || time <= ports.clock.now()) continue;
    await schedule(notifier, { ...dated, level: index + 1, of: times.length }, time);
  }
};

const schedule = async ({ ports }: Notifier, reminder: Reminder, time: number): Promise<void> => {
  const name = hashed('reminder', reminder.keyArn, reminder.deletionDate, String(time));
  await ports.schedules.at({ name, time, message: { kind: 'reminder', id: name, at: iso(time), reminder } });
};

/** A reminder is due: the key is looked at again, for what the alert said may be long past. */
export const remind = async (notifier: Notifier, id: string, reminder: Reminder): Promise<Handled> => {
  const { ports } = notifier;
  const { keyArn, deletionDate, alertId } = reminder;
  const metadata = await orUnknown(() => ports.reader.describe(keyArn));
  if (!metadata.known && metadata.reason === 'not-found') {
    return settle(notifier, reminder, 'saw that the key no longer exists');
  }
  if (metadata.known && !stillPending(metadata.value, deletionDate)) {
    return settle(notifier, reminder, `saw that this deletion no longer stands: the key is ${metadata.value.keyState}`);
  }
  const answer = await ports.deliveries.answer(keyArn);
  const told = await ports.deliveries.alert(alertId);
  // The alert of a sweep is about many keys: this one is told by its ARN.
  const alert = told?.kind === 'key' ? told : null;
  const approval = await approvalOf(notifier, alert);
  if (approval === 'stands') return done;
  const holds = answer !== null && isAnswered(answer, { reminder, alert, now: ports.clock.now() });
  if (holds && !(answer.status === 'approved' && approval === 'revoked')) {
    return laterOrNever(notifier, reminder, answer);
  }
  // A key that cannot be read is raised all the same: unknown is not safe.
  const state = metadata.known ? metadata.value.keyState : null;
  const what = { form: 'reminder', reminder, state } as const;
  const single = (to: string) => putDelivery(notifier, id, { to, what, alertId, subject: keyArn });
  await single('bus');
  if (alert === null) await single('default');
  else await tellAgain(notifier, { id, alert, reminder, single });
  ports.log.info('reminder', { keyArn, level: reminder.level });
  return done;
};

const stillPending = (
  { keyState, deletionDate }: { readonly keyState: string; readonly deletionDate: string | null },
  planned: string,
): boolean => {
  if (keyState === 'PendingReplicaDeletion') return true;
  // Scheduled again meanwhile: that deletion has an alert and reminders of its own.
  return keyState === 'PendingDeletion' && (deletionDate === null || Date.parse(deletionDate) === Date.parse(planned));
};

/** Told once to whoever was told of the deletion: what remains of it is nothing. */
const settle = async (notifier: Notifier, reminder: Reminder, what: string): Promise<Handled> => {
  const { ports } = notifier;
  const { alertId, keyArn, deletionDate } = reminder;
  const at = iso(ports.clock.now());
  const move: Move = {
    alertId,
    keyArn,
    findingIds: [],
    status: 'resolved',
    by: 'kms-guard',
    what,
    at,
    until: null,
  };
  await ports.outbox.put({ kind: 'move', id: hashed('settled', keyArn, deletionDate), at, move });
  return done;
};

/** What people say to an alert; everything else is what became of it. */
export const answers: ReadonlySet<Move['status']> = new Set(['approved', 'acknowledged', 'snoozed', 'kept']);

type Asked = { readonly reminder: Reminder; readonly alert: Alert | null; readonly now: number };

/** An answer counts while it holds, for the alert that it was given to, or for what was open about the key when it was given. */
const isAnswered = ({ alertId, status, until, at }: Move, { reminder, alert, now }: Asked): boolean => {
  const wasOpen = alert?.kind === 'key' && Date.parse(alert.eventTime) <= Date.parse(at);
  return (
    (alertId === reminder.alertId || (alertId === null && wasOpen)) &&
    answers.has(status) &&
    (until === null || Date.parse(until) > now)
  );
};

/** What the ledger says of this very deletion: a click that was lost on its way still counts, one that was taken back does not. */
const approvalOf = async ({ ports }: Notifier, alert: Alert | null): Promise<'stands' | 'revoked' | 'none'> => {
  if (alert?.kind !== 'key' || alert.keyArn === null) return 'none';
  const approvals = await ports.approvals.of(alert.keyArn);
  const used = approvals.known ? approvals.value.filter((each) => each.used?.eventID === alert.eventID) : [];
  if (used.some(({ revoked }) => revoked === null)) return 'stands';
  return used.length > 0 ? 'revoked' : 'none';
};

/** A snooze or an approval that ends before the deletion postpones the reminder to its end. */
const laterOrNever = async (notifier: Notifier, reminder: Reminder, { until }: Move): Promise<Handled> => {
  if (until === null || Date.parse(until) >= Date.parse(reminder.deletionDate)) return done;
  await schedule(notifier, reminder, Date.parse(until));
  return done;
};

type Again = {
  readonly id: string;
  readonly alert: Alert;
  readonly reminder: Reminder;
  readonly single: (to: string) => Promise<void>;
};

/** To whom the alert went; the reminders of many keys that were scheduled together are one message, as their alerts were. */
const tellAgain = async (notifier: Notifier, { id, alert, reminder, single }: Again): Promise<void> => {
  const { config, ports } = notifier;
  const { keyArn, deletionDate, level } = reminder;
  await ports.deliveries.saveAlert(id, alert, ports.clock.now());
  const line = { ...lineOf(notifier, id, alert), headline: `Reminder ${level}: to be deleted after ${deletionDate}` };
  const { severity, account, rules } = line;
  const asked = asksForTags(config) ? await orUnknown(() => ports.reader.tags(keyArn)) : null;
  const tags = asked?.known === true ? asked.value : null;
  const { to } = routeOf(config, { severity, account, rules, tags, urgent: true });
  await tellPeople(notifier, { line, likeness: `reminder\n${account}\n${level}`, to, single });
};
