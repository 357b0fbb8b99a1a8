import type { Log } from '../ports.ts';
import type { Replies } from '../slack-actions/answer-ports.ts';

const timeoutInMilliseconds = 5_000;

/**
 * Posts to a `response_url`, whose origin was checked: only who clicked reads it. No redirect is followed, and the URL is
 * not logged, for whoever holds it may post too.
 */
export const slackReplies = (log: Log): Replies => ({
  send: async (responseUrl, text) => {
    try {
      const answer = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutInMilliseconds),
      });
      if (!answer.ok) log.error('Slack did not take the reply', `status ${answer.status}`);
      await answer.body?.cancel();
    } catch (error) {
      log.error('Slack did not take the reply', error instanceof Error ? error.name : 'unknown');
    }
  },
});
