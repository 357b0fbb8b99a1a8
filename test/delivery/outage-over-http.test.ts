import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../local/slack/fake-slack.ts';
import { slackClient } from '../../shared/adapters/slack-client.ts';
import { deletionAlert, memoryNotifier, slackConfig, start } from '../support/memory-notifier.ts';

/** The same as `outage.test.ts`, over HTTP, with the real client and a Slack that enforces Slack's limits. */
const calm = { ...slackConfig, storm: { after: 1000, withinSeconds: 10 } };
const alerts = 1_000;
const keys = 100;
const spacing = 1_000;
const outcomes = [{ remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'cancelled' }] as const;

let slack: FakeSlack;
let now = (): number => start;
beforeAll(async () => {
  slack = await startFakeSlack({ token: 'xoxb-test', channels: ['C012AB3CD'], now: () => now() });
});
afterAll(async () => {
  await slack.close();
});

test('connections cut for half of the alerts, lost answers and 429s: each is there once, in order by key', async () => {
  const house = memoryNotifier(calm, slackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl }));
  now = house.clock.now;
  for (let n = 0; n < alerts; n += 1) {
    if (n === alerts / 4) slack.setDown(true);
    if (n === (3 * alerts) / 4) {
      slack.setDown(false);
      slack.failNext({ fault: { kind: 'lost-answer' }, method: 'chat.postMessage', times: 20 });
      slack.failNext({
        fault: { kind: 'rate-limited', retryAfterInSeconds: 30 },
        method: 'chat.postMessage',
        times: 20,
      });
    }
    const actor = { arn: `arn:aws:iam::111122223333:user/u${n}`, type: 'IAMUser', invokedBy: null };
    await house.send(deletionAlert(n % keys, { eventID: `event-${n}`, actor, outcomes, deletionDate: null }));
    await house.run(start + (n + 1) * spacing);
  }
  await house.run();
  const told = slack.messages().map((message) => JSON.stringify(message.blocks));
  expect(house.dead).toEqual([]);
  expect(house.outbox.dead).toEqual([]);
  expect(told).toHaveLength(alerts);
  const numbers = told.map((text) => Number(/user\/u(\d+)/.exec(text)?.[1]));
  expect(new Set(numbers).size).toBe(alerts);
  for (let key = 0; key < keys; key += 1) {
    const about = numbers.filter((number) => number % keys === key);
    expect(about).toEqual(about.toSorted((a, b) => a - b));
  }
  expect(slack.calls.filter(({ result }) => result !== 'ok')).toHaveLength(20);
}, 240_000);
