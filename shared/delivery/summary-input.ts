import type { SlackDigest } from '../alerts/slack/slack-input.ts';
import type { Notifier } from './notifier.ts';

/** What one channel's digest of one day tells; null for nothing. */
export const digestOf = async ({ ports }: Notifier, to: string, day: string): Promise<SlackDigest | null> => {
  const listed = await ports.deliveries.digest(to, day);
  const times = listed.map(({ at }) => at).toSorted();
  return listed.length === 0
    ? null
    : { since: times[0] ?? day, until: times.at(-1) ?? day, count: listed.length, listed };
};
