import { describe, expect, test } from 'vitest';
import {
  defaultTopic,
  deletionAlert,
  keyArnOf,
  memoryNotifier,
  slackConfig,
  start,
} from '../support/memory-notifier.ts';

/** A bug that one alert brings out: what reads this rule's texts throws, however often it is tried. */
const crashing = (alerts: object = slackConfig) => {
  const house = memoryNotifier(alerts);
  const { ruleById } = house.notifier;
  const buggy = (id: string) => {
    if (id === 'a-bug') throw new TypeError('cannot read properties of undefined');
    return ruleById(id);
  };
  return Object.assign(house, { notifier: Object.assign(house.notifier, { ruleById: buggy }) });
};
const bug = deletionAlert(1, { verdicts: deletionAlert(1).verdicts.map((verdict) => ({ ...verdict, rule: 'a-bug' })) });

describe('an alert that crashes the notifier', () => {
  test('is told on the default topic with what is known of it, and is a dead letter at once', async () => {
    const house = crashing();
    await house.send(bug);
    await house.run(start + 60_000);
    expect(house.published).toMatchObject([
      { topicArn: defaultTopic, publication: { attributes: { severity: 'critical', account: '111122223333' } } },
    ]);
    const { text = '', json = '' } = house.published[0]?.publication ?? {};
    for (const word of [keyArnOf(1), 'event-1', 'ScheduleKeyDeletion']) expect(text).toContain(word);
    expect(JSON.parse(json)).toMatchObject({ schema: 'kms-guard.alert/1', eventID: 'event-1', truncated: true });
    expect(house.dead).toMatchObject([{ reason: expect.stringContaining('TypeError') }]);
    expect(house.errors).toHaveLength(1);
  });

  test('holds up no other about the same key', async () => {
    const house = crashing();
    await house.send(bug);
    await house.send(deletionAlert(1, { eventID: 'event-2' }));
    await house.run(start + 60_000);
    expect(house.slack.posted).toHaveLength(1);
    expect(house.outbox.size()).toBe(0);
  });

  test('waits for a topic that gives no answer', async () => {
    const house = crashing();
    house.faults.topic = { ok: false, reason: 'retryable', detail: 'x', retryAfterInSeconds: null, unsure: 'now' };
    await house.send(bug);
    await house.run(start + 60_000);
    expect(house.dead).toEqual([]);
    house.faults.topic = null;
    await house.run(start + 3_600_000);
    expect(house.published).toHaveLength(1);
    expect(house.dead).toHaveLength(1);
  });
});
