import { isApproved } from '../decision.ts';
import { slackMessage } from '../alerts/slack/index.ts';
import type { SlackClient, SlackMessage, SlackPosted } from '../alerts/slack/ports.ts';
import type { SlackInput, SlackStatus, SlackStorm } from '../alerts/slack/slack-input.ts';
import type { Alert } from '../alerts/alert.ts';
import { findingId } from '../ledger/finding-id.ts';
import type { Attempt } from './deliver.ts';
import { accountNameOf, type Notifier } from './notifier.ts';
import type { Sent, SlackRecord } from './ports.ts';
import { failed } from './sent.ts';

/** One delivery to one channel of Slack. */
export type Place = { readonly slack: SlackClient; readonly channel: string; readonly attempt: Attempt };

type Post = {
  readonly message: SlackMessage;
  readonly threadTs: string | null;
  readonly broadcast?: boolean;
  readonly messageId: string;
};

/** Clocks differ: a message may seem older than the attempt that posted it. */
const searchMarginInMilliseconds = 120_000;

/** Posts once: where an earlier attempt may have gone through, its message is looked for first. */
export const postOnce = async ({ slack, channel, attempt }: Place, post: Post): Promise<SlackPosted | Sent> => {
  const { threadTs, messageId } = post;
  if (attempt.unsure !== null) {
    const since = attempt.unsure.since - searchMarginInMilliseconds;
    const until = attempt.unsure.until + searchMarginInMilliseconds;
    const search = await slack.find({ channel, messageId, threadTs, since, until });
    if (!search.ok) {
      const failure = failed(search);
      return !failure.ok && failure.reason === 'retryable' ? { ...failure, unsure: 'before' } : failure;
    }
    if (search.found !== null) return search.found;
  }
  const posted = await slack.post({ channel, ...post });
  return posted.ok ? posted : failed(posted);
};

/** Shows a record as it stands now, in place. */
export const updateInPlace = async (
  notifier: Notifier,
  { slack }: Place,
  record: SlackRecord,
): Promise<SlackPosted | Sent> => {
  const message = await messageOf(notifier, record);
  const { channelId: channel, ts, alertId: messageId } = record;
  const updated = await slack.update({ channel, ts, message, messageId });
  return updated.ok ? updated : failed(updated);
};

export const messageOf = async (notifier: Notifier, record: Omit<SlackRecord, 'ts'>): Promise<SlackMessage> =>
  slackMessage(await inputOf(notifier, record), notifier.ruleById);

export const inputOf = async (notifier: Notifier, record: Omit<SlackRecord, 'ts'>): Promise<SlackInput> => {
  const { alertId, alert, findingIds, status, history, escalation, stormId } = record;
  const storm = stormId === null ? null : await stormOf(notifier, stormId);
  return {
    alertId,
    alert,
    findingIds,
    status,
    history,
    escalation,
    storm,
    accountName: accountNameOf(notifier, alert),
    now: notifier.ports.clock.now(),
    // A button answers one alert: on a message about many it would answer less than it seems to.
    buttons: notifier.buttons && storm === null,
  };
};

export const stormOf = async ({ ports }: Notifier, stormId: string): Promise<SlackStorm | null> => {
  const storm = await ports.storms.storm(stormId);
  return storm === null ? null : { since: storm.since, count: storm.count, listed: await ports.storms.listed(stormId) };
};

/** At most four, as many as a button carries: those of the rules that flagged. */
export const findingIdsOf = (alert: Alert): readonly string[] => {
  if (alert.kind !== 'key') return [];
  return alert.verdicts
    .filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined')
    .map(({ rule }) => findingId(rule, alert))
    .slice(0, 4);
};

/** How far the guard itself has brought it. */
export const statusOf = (alert: Alert): SlackStatus => {
  if (alert.kind !== 'key') return 'open';
  if (isApproved(alert.decision)) return 'approved';
  const well = alert.outcomes.filter(({ outcome }) => outcome === 'done' || outcome === 'already-so');
  if (well.length === 0 || well.length < alert.outcomes.length) {
    return well.some(({ remedy }) => remedy === 'cancelKeyDeletion') ? 'cancelled' : 'open';
  }
  return well.every(({ remedy }) => remedy === 'cancelKeyDeletion') ? 'cancelled' : 'restored';
};
