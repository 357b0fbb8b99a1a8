import type { SlackClient, SlackFailure, SlackMessage } from '../../shared/alerts/slack/ports.ts';

export type PostedMessage = {
  readonly channel: string;
  readonly ts: string;
  message: SlackMessage;
  readonly messageId: string;
  readonly threadTs: string | null;
  readonly broadcast: boolean;
  updates: number;
};

export type MemorySlack = SlackClient & {
  readonly posted: PostedMessage[];
  /** Every call fails so, until it is null again. */
  failure: SlackFailure | null;
  /** The message is posted, and the answer is lost: so many times. */
  losesAnswers: number;
};

/** Slack in memory. */
export const memorySlack = (clock: { readonly now: () => number }): MemorySlack => {
  const posted: PostedMessage[] = [];
  const byMessageId = new Map<string, PostedMessage>();
  const byTs = new Map<string, PostedMessage>();
  const slack: MemorySlack = {
    posted,
    failure: null,
    losesAnswers: 0,
    post: async ({ channel, message, threadTs, broadcast = false, messageId }) => {
      if (slack.failure !== null) return slack.failure;
      const ts = `${Math.floor(clock.now() / 1000)}.${String(posted.length).padStart(6, '0')}`;
      const made = { channel, ts, message, messageId, threadTs, broadcast, updates: 0 };
      posted.push(made);
      byMessageId.set(`${channel} ${messageId}`, made);
      byTs.set(`${channel} ${ts}`, made);
      if (slack.losesAnswers > 0) {
        slack.losesAnswers -= 1;
        return { ok: false, reason: 'retryable', detail: 'timeout' };
      }
      return { ok: true, channel, ts };
    },
    update: async ({ channel, ts, message }) => {
      if (slack.failure !== null) return slack.failure;
      const made = byTs.get(`${channel} ${ts}`);
      if (made === undefined) return { ok: false, reason: 'refused', error: 'message_not_found' };
      made.message = message;
      made.updates += 1;
      return { ok: true, channel, ts };
    },
    find: async ({ channel, messageId }) => {
      if (slack.failure !== null) return slack.failure;
      const made = byMessageId.get(`${channel} ${messageId}`);
      return { ok: true, found: made === undefined ? null : { ok: true, channel, ts: made.ts } };
    },
  };
  return slack;
};
