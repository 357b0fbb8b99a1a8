import type { Alert } from '../alerts/alert.ts';
import { headline } from '../alerts/key-text.ts';
import { slackNote } from '../alerts/slack/index.ts';
import type { SlackStep } from '../alerts/slack/slack-input.ts';
import { iso, type Notifier } from './notifier.ts';
import { subjectOf } from './outbox-message.ts';
import type { Sent, SlackRecord, SlackThread } from './ports.ts';
import { notYet, sent } from './sent.ts';
import { findingIdsOf, inputOf, messageOf, type Place, postOnce, statusOf, updateInPlace } from './slack-place.ts';

/** Messages that a thread remembers. */
const keptAlerts = 10;

/**
 * A new message: the first about a key begins its thread, later ones join it and show in the channel too. The same finding,
 * still open, is the same message: it is updated in place, and the channel is told.
 */
export const postAlert = async (notifier: Notifier, place: Place): Promise<Sent> => {
  const { deliveries } = notifier.ports;
  const { alertId } = place.attempt.delivery;
  const alert = alertId === null ? null : await deliveries.alert(alertId);
  if (alertId === null || alert === null) return notYet('the alert is not in the ledger');
  if ((await deliveries.slackRecord(place.channel, alertId)) !== null) return sent;
  const thread = await deliveries.thread(place.channel, subjectOf(alert));
  const open = thread === null ? null : await sameFinding(notifier, { channel: place.channel, thread, alert });
  return open === null
    ? postNew(notifier, place, { alertId, alert, thread })
    : tellAgain(notifier, place, { record: open, alertId, alert });
};

const isOpen = ({ status }: SlackRecord): boolean =>
  status === 'open' || status === 'acknowledged' || status === 'snoozed';

const sameFinding = async (
  { ports }: Notifier,
  { channel, thread, alert }: { channel: string; thread: SlackThread; alert: Alert },
): Promise<SlackRecord | null> => {
  const [newest] = thread.alertIds;
  const [finding] = findingIdsOf(alert);
  const record = newest === undefined ? null : await ports.deliveries.slackRecord(channel, newest);
  if (record === null || finding === undefined || record.stormId !== null) return null;
  return isOpen(record) && record.findingIds[0] === finding ? record : null;
};

type New = { readonly alertId: string; readonly alert: Alert; readonly thread: SlackThread | null };

const postNew = async (notifier: Notifier, place: Place, { alertId, alert, thread }: New): Promise<Sent> => {
  const { ports } = notifier;
  const now = ports.clock.now();
  const draft = {
    channelId: place.channel,
    threadTs: thread?.rootTs ?? null,
    alertId,
    alert,
    findingIds: findingIdsOf(alert),
    status: statusOf(alert),
    history: [],
    escalation: null,
    stormId: null,
    version: 0,
  } as const;
  const message = await messageOf(notifier, draft);
  const posted = await postOnce(place, { message, threadTs: draft.threadTs, broadcast: true, messageId: alertId });
  if (!('ts' in posted)) return posted;
  const record: SlackRecord = { ...draft, channelId: posted.channel, ts: posted.ts };
  await ports.deliveries.saveSlackRecord(place.channel, record, now);
  await ports.deliveries.saveThread({
    channel: place.channel,
    subject: subjectOf(alert),
    thread: {
      rootTs: thread?.rootTs ?? posted.ts,
      alertIds: [alertId, ...(thread?.alertIds ?? [])].slice(0, keptAlerts),
      at: iso(now),
    },
    now,
  });
  return sent;
};

type Again = { readonly record: SlackRecord; readonly alertId: string; readonly alert: Alert };

const tellAgain = async (notifier: Notifier, place: Place, { record, alertId, alert }: Again): Promise<Sent> => {
  const { by, what, at } = stepOf(alert, record.alert, place);
  const known = record.history.some((step) => step.by === by && step.what === what && step.at === at);
  const moved: SlackRecord = {
    ...record,
    alert,
    status: statusOf(alert),
    history: known ? record.history : [...record.history, { at, by, what }],
  };
  const updated = await updateInPlace(notifier, place, moved);
  if (!('ts' in updated)) return updated;
  const saved = await saveMoved(notifier, place, moved);
  if (!saved.ok) return saved;
  return note(notifier, place, { record: moved, messageId: `${alertId}/again`, broadcast: true });
};

/** What is new in an alert: somebody made the same call again, or the guard came to an end with the one that it told of. */
const stepOf = (alert: Alert, before: Alert, { attempt }: Place): Pick<SlackStep, 'by' | 'what' | 'at'> => {
  if (alert.kind !== 'key') return { by: 'kms-guard', what: 'said it again', at: iso(attempt.since) };
  if (before.kind === 'key' && before.eventID === alert.eventID) {
    return { by: 'kms-guard', what: `tried again: ${headline(alert)}`, at: iso(attempt.since) };
  }
  const { arn } = alert.actor;
  return { by: arn ?? 'somebody', what: `called ${alert.eventName}: the same finding again`, at: alert.eventTime };
};

/** False where a storm or an answer was written meanwhile: the next attempt reads it. */
export const saveMoved = async ({ ports }: Notifier, place: Place, record: SlackRecord): Promise<Sent> => {
  const saved = await ports.deliveries.saveSlackRecord(place.channel, record, ports.clock.now());
  return saved ? sent : notYet('the message changed meanwhile');
};

type Note = { readonly record: SlackRecord; readonly messageId: string; readonly broadcast?: boolean };

/** The newest step as a reply in the thread. */
export const note = async (
  notifier: Notifier,
  place: Place,
  { record, messageId, broadcast = false }: Note,
): Promise<Sent> => {
  const { threadTs, ts } = record;
  const message = slackNote(await inputOf(notifier, record));
  if (message === null) return sent;
  const posted = await postOnce(place, { message, threadTs: threadTs ?? ts, broadcast, messageId });
  return 'ts' in posted ? sent : posted;
};
