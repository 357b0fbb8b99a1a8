import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api';
import * as z from 'zod/mini';
import type { SlackClient, SlackFailure, SlackMessage, SlackPosted, SlackResult } from '../alerts/slack/ports.ts';

/** Names the guard's messages in their metadata. */
const eventType = 'kms_guard_message';
/** Slack's clock made the timestamps, ours says since when. */
const clockSkewInMilliseconds = 60_000;
const pageLength = 200;
/** One channel: about one message a second, so ten pages are half an hour of nothing but alerts. */
const mostPages = 10;

type Settings = {
  readonly token: string;
  /** @default https://slack.com/api/ */
  readonly apiUrl?: string;
  /** @default 10,000 */
  readonly timeoutInMilliseconds?: number;
};

/**
 * Slack's Web API with a bot token. It never waits and never tries again: the caller decides, by the answer's reason.
 * Neither the token nor a message is ever logged.
 */
export const slackClient = ({ token, apiUrl, timeoutInMilliseconds = 10_000 }: Settings): SlackClient => {
  const client = new WebClient(token, {
    logger: silent,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: timeoutInMilliseconds,
    allowAbsoluteUrls: false,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  });
  return {
    post: ({ channel, message, threadTs, broadcast = false, messageId }) =>
      posted(
        client.apiCall('chat.postMessage', {
          channel,
          ...content(message, messageId),
          ...(threadTs === null ? {} : { thread_ts: threadTs, reply_broadcast: broadcast }),
          mrkdwn: false,
          unfurl_links: false,
          unfurl_media: false,
        }),
      ),
    update: ({ channel, ts, message, messageId }) =>
      posted(client.apiCall('chat.update', { channel, ts, ...content(message, messageId) })),
    find: async (query) => {
      try {
        return { ok: true, found: await find(client, query) };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
};

const content = ({ text, blocks }: SlackMessage, messageId: string) => ({
  text,
  blocks: [...blocks],
  metadata: { event_type: eventType, event_payload: { message_id: messageId } },
  parse: 'none' as const,
  link_names: false,
});

const postedSchema = z.object({ channel: z.string(), ts: z.string() });

const posted = async (call: Promise<unknown>): Promise<SlackResult> => {
  try {
    return { ok: true, ...postedSchema.parse(await call) };
  } catch (error) {
    return failureOf(error);
  }
};

const pageSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.optional(
        z.object({
          event_type: z.string(),
          event_payload: z.optional(z.object({ message_id: z.optional(z.unknown()) })),
        }),
      ),
    }),
  ),
  response_metadata: z.optional(z.object({ next_cursor: z.optional(z.string()) })),
});

const find = async (client: WebClient, query: Parameters<SlackClient['find']>[0]): Promise<SlackPosted | null> => {
  const { channel, messageId, threadTs, since, until } = query;
  const oldest = (Math.max(0, since - clockSkewInMilliseconds) / 1_000).toFixed(6);
  const latest = until === undefined ? {} : { latest: (until / 1_000).toFixed(6) };
  const where = { channel, oldest, ...latest, inclusive: true, include_all_metadata: true, limit: pageLength };
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const asked = cursor === '' ? where : { ...where, cursor };
    const answer = pageSchema.parse(
      threadTs === null
        ? await client.apiCall('conversations.history', asked)
        : await client.apiCall('conversations.replies', { ...asked, ts: threadTs }),
    );
    const found = answer.messages.find(
      ({ metadata }) => metadata?.event_type === eventType && metadata.event_payload?.message_id === messageId,
    );
    if (found !== undefined) return { ok: true, channel, ts: found.ts };
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  throw new Error(`message not found on ${mostPages} pages of ${pageLength}`);
};

/** Slack's errors that another attempt may cure; every other one is ours. */
const passing: readonly string[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
];

const defaultPauseInSeconds = 60;

const pause = (seconds: number): SlackFailure => ({
  ok: false,
  reason: 'rate-limited',
  retryAfterInSeconds: seconds > 0 ? seconds : 1,
});

const retryable = (detail: string): SlackFailure => ({ ok: false, reason: 'retryable', detail });

/** The answer's detail says nothing of what was sent. */
export const failureOf = (error: unknown): SlackFailure => {
  if (error instanceof WebAPIRateLimitedError) return pause(error.retryAfter);
  if (error instanceof WebAPIPlatformError) {
    const { error: id, response_metadata } = error.data;
    if (passing.includes(id)) return retryable(id);
    if (id === 'ratelimited' || id === 'rate_limited') return pause(defaultPauseInSeconds);
    return {
      ok: false,
      reason: 'refused',
      error: [id, ...(response_metadata?.messages ?? [])].join(' ').slice(0, 500),
    };
  }
  // Slack answers 200 to whatever it understood: any other status is a fault on the way.
  if (error instanceof WebAPIHTTPError) return retryable(`HTTP ${error.statusCode}`);
  return retryable(error instanceof Error ? error.message.slice(0, 200) : 'the call failed');
};

const nothing = (): void => {};
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};
