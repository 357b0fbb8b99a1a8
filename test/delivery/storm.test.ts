import { describe, expect, test } from 'vitest';
import type { KeyAlert } from '../../shared/alerts/alert.ts';
import type { Schedules } from '../../shared/delivery/ports.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { defenceAlert } from '../support/alerts.ts';
import { deletionAlert, memoryNotifier, quietAlert, slackConfig, start } from '../support/memory-notifier.ts';

const storm = async (house: ReturnType<typeof memoryNotifier>, count: number, milliseconds: number) => {
  for (let n = 0; n < count; n += 1) {
    await house.send(deletionAlert(n));
    await house.run(start + Math.round(((n + 1) * milliseconds) / count));
  }
};

/** Reminders come weeks later. */
const soon = start + 3_600_000;

describe('500 keys scheduled for deletion in a minute', () => {
  test('are one message in Slack that counts and lists, and grows', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(deletionAlert(0));
    await house.run(start);
    expect(house.slack.posted).toHaveLength(1);
    expect(JSON.stringify(house.slack.posted[0]?.message)).not.toContain('Storm');
    await storm(house, 500, 60_000);
    const during = JSON.stringify(house.slack.posted[0]?.message);
    expect(Number(/Storm: (\d+)/.exec(during)?.[1])).toBeGreaterThan(400);
    await house.run(soon);
    expect(house.slack.posted).toHaveLength(1);
    const [message] = house.slack.posted;
    expect(message?.message.text).toContain('500');
    expect(JSON.stringify(message?.message.blocks)).toContain('key-7');
    // Slack allows about one call a second: far fewer updates than alerts.
    expect(message?.updates).toBeGreaterThan(5);
    expect(message?.updates).toBeLessThan(20);
  });

  test('are each by itself on the event bus, and on a topic for programs', async () => {
    const programs = 'arn:aws:sns:eu-west-1:111122223333:programs';
    const house = memoryNotifier({
      channels: { programs: { topicArn: programs, each: true } },
      routes: [{ to: ['programs', 'default'] }],
    });
    await storm(house, 500, 60_000);
    await house.run(soon);
    expect(house.events).toHaveLength(500);
    expect(new Set(house.events.map(({ resources }) => resources[0])).size).toBe(500);
    expect(house.published.filter(({ topicArn }) => topicArn === programs)).toHaveLength(500);
  });

  test('are the first at once by email, then a summary now and then, and a last word', async () => {
    const house = memoryNotifier();
    await house.send(deletionAlert(0));
    await house.run(start);
    expect(house.published).toHaveLength(1);
    await storm(house, 500, 60_000);
    await house.run(soon);
    const texts = house.published.map(({ publication }) => publication.subject);
    expect(texts.length).toBeLessThanOrEqual(4);
    expect(texts.at(-1)).toMatch(/In all 500 alerts/);
    const last = house.published.at(-1)?.publication;
    expect(JSON.parse(last?.json ?? '{}')).toMatchObject({ schema: 'kms-guard.storm/1', count: 500, closed: true });
  });

  test('count once, should all of them come again an hour later', async () => {
    const house = memoryNotifier(slackConfig);
    await storm(house, 500, 60_000);
    await house.run(soon);
    const before = house.slack.posted[0]?.updates ?? 0;
    for (let n = 0; n < 500; n += 1) await house.send(deletionAlert(n));
    await house.run(soon + 3_600_000);
    expect(house.slack.posted).toHaveLength(1);
    expect(house.slack.posted[0]?.message.text).toContain('500');
    // Shown once more as it was: whoever comes late cannot know whether anybody told it.
    expect(house.slack.posted[0]?.updates).toBeLessThanOrEqual(before + 1);
  });
});

describe('a storm of many minutes', () => {
  // EventBridge Scheduler removes a schedule that is over, and a time that has passed is none to it.
  const strict = (house: ReturnType<typeof memoryNotifier>) => {
    const { outbox } = house;
    const made: number[] = [];
    const at: Schedules['at'] = async (schedule) => {
      const { time } = schedule;
      if (time <= house.clock.now()) throw new RetryableFault(`${time} is in the past`);
      if (!outbox.schedules.has(schedule.name)) made.push(time);
      await outbox.at(schedule);
    };
    Object.assign(house.notifier.ports, { schedules: { at } });
    return made;
  };

  test('holds no alert up, and is told now and then, and in the end', async () => {
    const house = memoryNotifier();
    const made = strict(house);
    for (let n = 0; n < 60; n += 1) {
      await house.send(quietAlert(n));
      await house.run(start + (n + 1) * 20_000);
    }
    expect(house.errors).toEqual([]);
    await house.run(soon);
    expect(house.published.map(({ publication }) => publication.subject).at(-1)).toMatch(/In all 60 alerts/);
    // Twenty minutes: the first alert, one summary after a minute, one every five minutes, the last one.
    expect(house.published.length).toBeLessThanOrEqual(8);
    expect(made.length).toBeLessThanOrEqual(8);
  });

  test('is told in the end, though its last alert came as it was closed', async () => {
    const house = memoryNotifier();
    strict(house);
    for (let n = 0; n < 3; n += 1) await house.send(quietAlert(n));
    // A minute after the last one it goes on yet; at the summary after that one it is over.
    await house.run(start + 365_000);
    // It found the storm as it was before, joined it, and wrote only now.
    const { storms } = house.notifier.ports;
    const join: typeof storms.join = (input) => storms.join({ ...input, now: start + 59_000 });
    Object.assign(house.notifier.ports, { storms: { ...storms, join } });
    await house.send(quietAlert(3));
    await house.run(soon);
    expect(house.published.map(({ publication }) => publication.subject).at(-1)).toMatch(/In all 4 alerts/);
  });
});

describe('no storm', () => {
  test('hides what disarms the guard behind an attempt by the same actor, or behind another call', async () => {
    const house = memoryNotifier();
    const tried = defenceAlert();
    if (tried.kind !== 'defence') throw new Error(tried.kind);
    const deeds = [
      tried,
      { ...tried, eventID: 'deed-1', failed: false, severity: 'critical' as const },
      { ...tried, eventID: 'deed-2', failed: false, severity: 'critical' as const, eventName: 'StopLogging' },
    ];
    for (const alert of deeds) await house.send(alert);
    await house.run(start);
    expect(house.published.map(({ publication }) => publication.attributes.decision)).toEqual([
      'alert',
      'alert',
      'alert',
    ]);
  });

  const remedy = 'cancelKeyDeletion';
  const saved: Partial<KeyAlert> = {
    decision: { ...deletionAlert(0).decision, action: 'remedy', remedy, wouldRemedy: null },
    outcomes: [{ remedy, outcome: 'done', detail: 'the key is Disabled' }],
    keyState: 'Enabled',
    deletionDate: null,
  };

  test.each<[string, Partial<KeyAlert>, RegExp]>([
    ['that failed', { ...saved, outcomes: [{ remedy, outcome: 'failed', detail: 'denied' }] }, /FAILED/],
    ['that was refused', { ...saved, outcomes: [{ remedy, outcome: 'refused', detail: 'gone' }] }, /refused/],
    ['that the breaker stopped', {}, /not undone/],
  ])('hides a rescue %s behind those that were made', async (_, own, subject) => {
    const house = memoryNotifier();
    for (let n = 0; n < 9; n += 1) await house.send(deletionAlert(n, saved));
    await house.send(deletionAlert(9, own));
    await house.run(start);
    expect(house.published).toHaveLength(2);
    expect(house.published[1]?.publication.subject).toMatch(subject);
  });

  test('hides what is worse', async () => {
    const house = memoryNotifier();
    for (let n = 0; n < 3; n += 1) await house.send(quietAlert(n));
    await house.send(quietAlert(3, { severity: 'high' }));
    await house.run(start);
    expect(house.published.map(({ publication }) => publication.attributes.severity)).toEqual(['low', 'high']);
  });

  test.each([
    [
      'another actor',
      (n: number) => ({ actor: { arn: `arn:aws:iam::111122223333:user/${n}`, type: 'IAMUser', invokedBy: null } }),
    ],
    ['another account', (n: number) => ({ account: String(n).padStart(12, '1') })],
  ])('%s', async (_, own) => {
    const house = memoryNotifier(slackConfig);
    for (let n = 0; n < 5; n += 1) await house.send(deletionAlert(n, own(n)));
    await house.run(soon);
    expect(house.slack.posted).toHaveLength(5);
  });

  test('alerts with a pause between them', async () => {
    const house = memoryNotifier(slackConfig);
    for (let n = 0; n < 5; n += 1) {
      await house.send(deletionAlert(n));
      await house.run(start + (n + 1) * 61_000);
    }
    expect(house.slack.posted).toHaveLength(5);
  });
});

test('the reminders of a storm are a storm: not 500 messages weeks later', async () => {
  const house = memoryNotifier(slackConfig);
  await storm(house, 500, 60_000);
  await house.run();
  const roots = house.slack.posted.filter(({ threadTs }) => threadTs === null);
  // One for the alerts; one or two for each of three reminders.
  expect(house.slack.posted.length).toBeLessThanOrEqual(10);
  expect(roots.length).toBeGreaterThan(0);
  expect(house.slack.posted.at(-1)?.message.text).toContain('500');
});
