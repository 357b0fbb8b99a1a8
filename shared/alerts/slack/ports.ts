import type { KnownBlock } from '@slack/types';

/** A message as Slack takes it: `text` for notifications and screen readers, `blocks` for the screen. */
export type SlackMessage = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/** Why Slack did not take it. `refused` will be refused again: a wrong token, channel or message. */
export type SlackFailure =
  | { readonly ok: false; readonly reason: 'rate-limited'; readonly retryAfterInSeconds: number }
  | { readonly ok: false; readonly reason: 'retryable'; readonly detail: string }
  | { readonly ok: false; readonly reason: 'refused'; readonly error: string };

/** `ts` names the message in its channel, for updates and as the root of a thread. */
export type SlackPosted = { readonly ok: true; readonly channel: string; readonly ts: string };

export type SlackResult = SlackPosted | SlackFailure;
export type SlackFound = { readonly ok: true; readonly found: SlackPosted | null } | SlackFailure;

export type SlackPost = {
  readonly channel: string;
  readonly message: SlackMessage;
  /** The root of the thread; null posts into the channel. */
  readonly threadTs: string | null;
  /** A reply that also shows in the channel. */
  readonly broadcast?: boolean;
  /** Kept in the message's metadata, so that `find` knows it again. Distinct for each message, not only for each alert. */
  readonly messageId: string;
};

/** Slack with a bot token: scopes chat:write and, for `find`, channels:history (groups:history in private channels). */
export type SlackClient = {
  readonly post: (post: SlackPost) => Promise<SlackResult>;
  readonly update: (update: {
    readonly channel: string;
    readonly ts: string;
    readonly message: SlackMessage;
    readonly messageId: string;
  }) => Promise<SlackResult>;
  /** A message of this bot by its `messageId`, posted at `since` or later: was it posted before a crash? */
  readonly find: (query: {
    readonly channel: string;
    readonly messageId: string;
    /** Where to look: in this thread, or else in the channel. */
    readonly threadTs: string | null;
    /** Milliseconds since the epoch. */
    readonly since: number;
    /** The same; a long channel is searched only so far. @default now */
    readonly until?: number;
  }) => Promise<SlackFound>;
};

/** Slack with an incoming webhook: posts only; no updates, threads or buttons. */
export type SlackWebhook = { readonly post: (message: SlackMessage) => Promise<{ readonly ok: true } | SlackFailure> };
