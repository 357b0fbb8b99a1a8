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
  const clientOf = (text: string): SlackClient => {
    const token = tokenOf(text);
    if (made?.token !== token) made = { token, client: slackClient({ token, ...(apiUrl === null ? {} : { apiUrl }) }) };
    return made.client;
  };
  const asked = <T extends Taken>(channel: string, ask: (client: SlackClient) => Promise<T | SlackFailure>) =>
    gate(channel, () => withLatest(secrets, tokenSecretArn, (text) => ask(clientOf(text))));
  return {
    post: (post) => asked(post.channel, (client) => client.post(post)),
    update: (update) => asked(update.channel, (client) => client.update(update)),
    find: (query) => asked(query.channel, (client) => client.find(query)),
  };
};

export const webhookWithSecret = (
  secrets: Secrets,
  clock: Pick<Clock, 'now'>,
): ((secretArn: string) => SlackWebhook) => {
  const gate = pauses(clock);
  return (secretArn) => ({
    post: (message) =>
      gate(secretArn, () => withLatest(secrets, secretArn, (url) => slackWebhook({ url }).post(message))),
  });
};

type Taken = { readonly ok: true };

/** What Slack answers to a token or a webhook that is not valid any more: nothing was posted. */
const outdated =
  /^(?:invalid_auth|not_authed|token_revoked|token_expired|account_inactive|HTTP (?:200|401|403|404|410))\b/;

/** A secret that was rotated is read again at once: what the old one is refused would be a dead letter. */
const withLatest = async <T extends Taken>(
  secrets: Secrets,
  arn: string,
  call: (text: string) => Promise<T | SlackFailure>,
): Promise<T | SlackFailure> => {
  const text = await secrets.text(arn);
  const answer = await call(text);
  if (answer.ok || answer.reason !== 'refused' || !outdated.test(answer.error)) return answer;
  const latest = await secrets.text(arn, 'fresh');
  return latest === text ? answer : call(latest);
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
  return async <T extends Taken>(place: string, call: () => Promise<T | SlackFailure>): Promise<T | SlackFailure> => {
    const left = (until.get(place) ?? 0) - clock.now();
    if (left > 0) return { ok: false, reason: 'rate-limited', retryAfterInSeconds: Math.ceil(left / 1000) };
    const answer = await call();
    if (!answer.ok && answer.reason === 'rate-limited') {
      until.set(place, clock.now() + answer.retryAfterInSeconds * 1000);
    }
    return answer;
  };
};
