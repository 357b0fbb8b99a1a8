import type { SlackFailure, SlackWebhook } from '../alerts/slack/ports.ts';

type Settings = {
  /** A secret: who has it may post. */
  readonly url: string;
  /** @default 10,000 */
  readonly timeoutInMilliseconds?: number;
};

/** Slack's incoming webhook: posts only. The address is a secret and is in no answer. */
export const slackWebhook = ({ url, timeoutInMilliseconds = 10_000 }: Settings): SlackWebhook => ({
  post: async ({ text, blocks }) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ text, blocks, unfurl_links: false, unfurl_media: false }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutInMilliseconds),
      });
      const answer = (await response.text()).slice(0, 200);
      // Slack says `ok` to what it took; anything else that answers 200, such as a proxy or its Web API, has told nobody.
      return response.ok && answer.trim() === 'ok' ? { ok: true } : failureOf(response, answer);
    } catch (error) {
      return { ok: false, reason: 'retryable', detail: error instanceof Error ? error.name : 'the call failed' };
    }
  },
});

/** Slack asks for a pause in seconds; where it does not say, a minute is enough for any of its limits. */
const defaultPauseInSeconds = 60;

const failureOf = ({ status, headers }: Response, answer: string): SlackFailure => {
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? defaultPauseInSeconds);
    return { ok: false, reason: 'rate-limited', retryAfterInSeconds: seconds > 0 ? seconds : defaultPauseInSeconds };
  }
  if (status >= 500) return { ok: false, reason: 'retryable', detail: `HTTP ${status}` };
  return { ok: false, reason: 'refused', error: `HTTP ${status} ${answer}` };
};
