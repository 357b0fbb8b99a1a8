import type { SlackClient, SlackFailure, SlackWebhook } from '../alerts/slack/ports.ts';
import type { Secrets } from '../delivery/ports.ts';
import type { Clock } from '../ports.ts';
import { slackClient } from './slack-client.ts';
import { slackWebhook } from './slack-webhook.ts';

/**
 * Slack behind a secret, which is fetched with each call and cached there. A channel that asked for a pause is left alone until
 * then, whoever asks: each call to it would only lengthen the pause.
 */
export const slackWithSecret = (
  secrets: Secrets,
  clock: Pick<Clock, 'now'>,
  { tokenSecretArn, apiUrl }: { readonly tokenSecretArn: string; readonly apiUrl: string | null },
): SlackClient => {
  const gate = pauses(clock);
  let made: { readonly token: string; readonly client: SlackClient } | null = null;
  const client = async (): Promise<SlackClient> => {
    const token = tokenOf(await secrets.text(tokenSecretArn));
    if (made?.token !== token) made = { token, client: slackClient({ token, ...(apiUrl === null ? {} : { apiUrl }) }) };
    return made.client;
  };
  return {
    post: (post) => gate(post.channel, async () => (await client()).post(post)),
    update: (update) => gate(update.channel, async () => (await client()).update(update)),
    find: (query) => gate(query.channel, async () => (await client()).find(query)),
  };
};

export const webhookWithSecret = (
  secrets: Secrets,
  clock: Pick<Clock, 'now'>,
): ((secretArn: string) => SlackWebhook) => {
  const gate = pauses(clock);
  return (secretArn) => ({
    post: (message) => gate(secretArn, async () => slackWebhook({ url: await secrets.text(secretArn) }).post(message)),
  });
};

/** The secret's text, or JSON with `token`. */
const tokenOf = (text: string): string => {
  if (!text.startsWith('{')) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'token' in parsed ? String(parsed.token) : text;
  } catch {
    return text;
  }
};

const pauses = (clock: Pick<Clock, 'now'>) => {
  const until = new Map<string, number>();
  return async <T extends { readonly ok: true }>(
    place: string,
    call: () => Promise<T | SlackFailure>,
  ): Promise<T | SlackFailure> => {
    const left = (until.get(place) ?? 0) - clock.now();
    if (left > 0) return { ok: false, reason: 'rate-limited', retryAfterInSeconds: Math.ceil(left / 1000) };
    const answer = await call();
    if (!answer.ok && answer.reason === 'rate-limited') {
      until.set(place, clock.now() + answer.retryAfterInSeconds * 1000);
    }
    return answer;
  };
};
