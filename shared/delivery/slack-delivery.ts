import type { SlackClient } from '../alerts/slack/ports.ts';
import type { Attempt } from './deliver.ts';
import type { Notifier } from './notifier.ts';
import type { Sent } from './ports.ts';
import { postAlert } from './slack-alert.ts';
import type { Place } from './slack-place.ts';
import { postDigest, postReminder, showMove, showStorm } from './slack-later.ts';

type Retryable = Extract<Sent, { readonly reason: 'retryable' }>;

export const deliverToSlack = async (notifier: Notifier, channel: string, attempt: Attempt): Promise<Sent> => {
  const { slack } = notifier.ports;
  if (slack === null) return { ok: false, reason: 'refused', detail: 'no Slack app is configured' };
  const seen = { posted: false, found: false };
  const counting: SlackClient = {
    ...slack,
    post: async (post) => {
      const result = await slack.post(post);
      seen.posted ||= result.ok;
      return result;
    },
    find: async (query) => {
      const result = await slack.find(query);
      seen.found ||= result.ok && result.found !== null;
      return result;
    },
  };
  const result = await deliverForm(notifier, { slack: counting, channel, attempt });
  return result.ok || result.reason === 'refused' ? result : { ...result, unsure: unsureAfter(seen, result.unsure) };
};

/** What was posted before a failure, now or earlier, must be found again by the next attempt. */
const unsureAfter = (
  { posted, found }: { readonly posted: boolean; readonly found: boolean },
  unsure: Retryable['unsure'],
): Retryable['unsure'] => {
  const now = posted || unsure === 'now' || unsure === 'both';
  const before = found || unsure === 'before' || unsure === 'both';
  if (now) return before ? 'both' : 'now';
  return before ? 'before' : 'no';
};

const deliverForm = (notifier: Notifier, place: Place): Promise<Sent> => {
  const { what } = place.attempt.delivery;
  switch (what.form) {
    case 'alert':
      return postAlert(notifier, place);
    case 'storm':
      return showStorm(notifier, place, what.stormId);
    case 'reminder':
      return postReminder(notifier, place, what.reminder);
    case 'move':
      return showMove(notifier, place, what.move);
    case 'digest':
      return postDigest(notifier, place, what.day);
  }
};
