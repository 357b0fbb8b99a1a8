import { slackDigest } from '../alerts/slack/index.ts';
import type { SlackEscalation } from '../alerts/slack/slack-input.ts';
import type { Notifier } from './notifier.ts';
import type { Move, Reminder } from './outbox-message.ts';
import type { Sent, SlackRecord } from './ports.ts';
import { note, saveMoved } from './slack-alert.ts';
import { notYet, sent } from './sent.ts';
import { digestOf } from './summary-input.ts';
import { findingIdsOf, messageOf, type Place, postOnce, statusOf, updateInPlace } from './slack-place.ts';

/** So long the first alert's own message is waited for, before the storm gets a message of its own. */
const patienceInMilliseconds = 60_000;

/** The message of the first alert becomes the storm's: it counts, lists, and grows. */
export const showStorm = async (notifier: Notifier, place: Place, stormId: string): Promise<Sent> => {
  const { deliveries, storms, clock } = notifier.ports;
  const storm = await storms.storm(stormId);
  if (storm === null) return sent;
  const record = await deliveries.slackRecord(place.channel, storm.firstAlertId);
  if (record !== null) return show(notifier, place, { ...record, stormId });
  if (clock.now() - Date.parse(storm.since) < patienceInMilliseconds) return notYet('the first alert is not there yet');
  const alert = await deliveries.alert(storm.firstAlertId);
  if (alert === null) return notYet('the alert is not in the ledger');
  const draft = draftOf(place, storm.firstAlertId, alert);
  const message = await messageOf(notifier, { ...draft, stormId });
  const posted = await postOnce(place, { message, threadTs: null, messageId: storm.firstAlertId });
  if (!('ts' in posted)) return posted;
  return saveMoved(notifier, place, { ...draft, stormId, channelId: posted.channel, ts: posted.ts });
};

const draftOf = ({ channel }: Place, alertId: string, alert: SlackRecord['alert']): Omit<SlackRecord, 'ts'> => ({
  channelId: channel,
  threadTs: null,
  alertId,
  alert,
  findingIds: findingIdsOf(alert),
  status: statusOf(alert),
  history: [],
  escalation: null,
  stormId: null,
  version: 0,
});

const show = async (notifier: Notifier, place: Place, record: SlackRecord): Promise<Sent> => {
  const updated = await updateInPlace(notifier, place, record);
  return 'ts' in updated ? saveMoved(notifier, place, record) : updated;
};

/** Somebody answered: the message shows it in place, and its thread says who. */
export const showMove = async (notifier: Notifier, place: Place, move: Move): Promise<Sent> => {
  for (const record of await recordsOf(notifier, place.channel, move)) {
    const { by, what, at } = move;
    const status = move.status === 'open' ? unanswered(record) : move.status;
    const known = record.history.some((step) => step.by === by && step.what === what && step.at === at);
    const moved = known ? record : { ...record, status, history: [...record.history, { at, by, what }] };
    const result = known ? sent : await show(notifier, place, moved);
    if (!result.ok) return result;
    const noted = await note(notifier, place, { record: moved, messageId: `${place.attempt.id}/${record.alertId}` });
    if (!noted.ok) return noted;
  }
  return sent;
};

/** An answer was taken back: it stands again where the guard had brought it. */
const unanswered = ({ alert }: SlackRecord): SlackRecord['status'] => {
  const status = statusOf(alert);
  return status === 'approved' ? 'open' : status;
};

/** The message of the alert that was answered, or all that are open about the key. */
const recordsOf = async ({ ports }: Notifier, channel: string, move: Move): Promise<readonly SlackRecord[]> => {
  const { alertId, keyArn, findingIds } = move;
  const { deliveries } = ports;
  const thread = alertId === null && keyArn !== null ? await deliveries.thread(channel, keyArn) : null;
  const ids = alertId === null ? (thread?.alertIds ?? []) : [alertId];
  const records: SlackRecord[] = [];
  for (const id of ids) {
    const record = await deliveries.slackRecord(channel, id);
    if (record === null) continue;
    const about = findingIds.length === 0 || record.findingIds.some((each) => findingIds.includes(each));
    if (about && (alertId !== null || record.status !== 'resolved')) records.push(record);
  }
  return records;
};

/** Louder each time: first in the channel, then to whoever is here, at last to everybody. */
const escalationOf = ({ level, of }: Reminder): SlackEscalation => ({
  level,
  of,
  mention: level >= of ? 'channel' : level > 1 ? 'here' : null,
});

/** A new message, for only that makes a sound, in the thread and in the channel; the alert's own shows it too. */
export const postReminder = async (notifier: Notifier, place: Place, reminder: Reminder): Promise<Sent> => {
  const { deliveries } = notifier.ports;
  const { alertId } = reminder;
  const escalation = escalationOf(reminder);
  const record = await deliveries.slackRecord(place.channel, alertId);
  const alert = record?.alert ?? (await deliveries.alert(alertId));
  if (alert === null) return notYet('the alert is not in the ledger');
  const base = record ?? draftOf(place, alertId, alert);
  const message = await messageOf(notifier, { ...base, stormId: null, escalation });
  const threadTs = record === null ? null : (record.threadTs ?? record.ts);
  const posted = await postOnce(place, { message, threadTs, broadcast: true, messageId: place.attempt.id });
  if (!('ts' in posted)) return posted;
  if (record === null || record.stormId !== null) return sent;
  return show(notifier, place, { ...record, escalation: { ...escalation, mention: null } });
};

export const postDigest = async (notifier: Notifier, place: Place, day: string): Promise<Sent> => {
  const { delivery, id } = place.attempt;
  const digest = await digestOf(notifier, delivery.to, day);
  if (digest === null) return sent;
  const posted = await postOnce(place, { message: slackDigest(digest), threadTs: null, messageId: id });
  return 'ts' in posted ? sent : posted;
};
