import { expect, test } from 'vitest';
import { deletionAlert, memoryNotifier, slackConfig, start } from '../support/memory-notifier.ts';

/** No storms: every alert its own message. */
const calm = { ...slackConfig, storm: { after: 1000, withinSeconds: 10 } };
const keys = 400;
const alerts = 10_000;
const spacing = 100;
const outage = { reason: 'retryable', ok: false, detail: 'HTTP 503' } as const;

test('10,000 alerts with the channel down for half of them: all delivered afterwards, in order by key, none twice', async () => {
  const house = memoryNotifier(calm);
  for (let n = 0; n < alerts; n += 1) {
    if (n === alerts / 4) house.slack.failure = outage;
    if (n === (3 * alerts) / 4) {
      // The others had each at once: Slack held nobody back.
      expect(house.events.length).toBe(n);
      house.slack.failure = null;
      // And at first its answers are lost on the way, after it has posted.
      house.slack.losesAnswers = 200;
    }
    const key = n % keys;
    const actor = { arn: `arn:aws:iam::111122223333:user/u${n}`, type: 'IAMUser', invokedBy: null };
    await house.send(deletionAlert(key, { eventID: `event-${n}`, actor, outcomes: cancelled, deletionDate: null }));
    await house.run(start + (n + 1) * spacing);
  }
  await house.run();
  const told = house.slack.posted.map(({ message }) => JSON.stringify(message.blocks));
  expect(house.dead).toEqual([]);
  expect(house.outbox.dead).toEqual([]);
  expect(told).toHaveLength(alerts);
  expect(new Set(house.slack.posted.map(({ messageId }) => messageId)).size).toBe(alerts);
  for (let key = 0; key < keys; key += 1) {
    const about = told.flatMap((text) => {
      const number = /user\/u(\d+)/.exec(text)?.[1];
      return number !== undefined && Number(number) % keys === key ? [Number(number)] : [];
    });
    expect(about).toEqual(Array.from({ length: alerts / keys }, (_, n) => n * keys + key));
  }
  expect(house.events).toHaveLength(alerts);
}, 240_000);

/** Saved by the guard: the next call is another event, not the same finding again. */
const cancelled = [
  { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'cancelled' },
  { remedy: 'restoreKeyState', outcome: 'done', detail: 'enabled' },
] as const;
