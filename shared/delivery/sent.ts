import type { SlackFailure } from '../alerts/slack/ports.ts';
import type { Sent } from './ports.ts';

/** A failure of Slack as the queue understands it. A limit was answered: nothing went through. */
export const failed = (failure: SlackFailure): Sent => {
  switch (failure.reason) {
    case 'rate-limited': {
      const { retryAfterInSeconds } = failure;
      return { ok: false, reason: 'retryable', detail: 'rate limited', retryAfterInSeconds, unsure: 'no' };
    }
    case 'retryable':
      return { ok: false, reason: 'retryable', detail: failure.detail, retryAfterInSeconds: null, unsure: 'now' };
    case 'refused':
      return { ok: false, reason: 'refused', detail: failure.error };
  }
};

export const sent: Sent = { ok: true };

/** What must be there first is not there yet: nothing went through. */
export const notYet = (detail: string): Sent => ({
  ok: false,
  reason: 'retryable',
  detail,
  retryAfterInSeconds: null,
  unsure: 'no',
});
