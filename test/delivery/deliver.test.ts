import { describe, expect, test } from 'vitest';
import type { KeyAlert } from '../../shared/alerts/alert.ts';
import { progressThrough } from '../../shared/delivery/progress.ts';
import { known } from '../../shared/facts/facts.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { perfectFacts } from '../support/perfect-key.ts';
import {
  defaultTopic,
  deletionAlert,
  keyArnOf,
  memoryNotifier,
  quietAlert,
  slackConfig,
  start,
} from '../support/memory-notifier.ts';

const cancelled: Partial<KeyAlert> = {
  keyState: 'Enabled',
  deletionDate: null,
  outcomes: [
    { remedy: 'cancelKeyDeletion', outcome: 'done', detail: 'cancelled' },
    { remedy: 'restoreKeyState', outcome: 'done', detail: 'enabled' },
  ],
};
const { metadata } = perfectFacts;
if (!metadata.known) throw new Error('a perfect key is known');
const pendingKey = { ...metadata.value, keyState: 'PendingDeletion' as const };
const down = { ok: false, reason: 'retryable', detail: 'HTTP 503' } as const;
const refusing = { ok: false, reason: 'refused', error: 'channel_not_found' } as const;
const both = { ...slackConfig, routes: [{ to: ['ops', 'default'] }], storm: { after: 1000 } };

describe('a destination that fails', () => {
  test('holds back no other, for no alert about the same key', async () => {
    const house = memoryNotifier(both);
    house.slack.failure = down;
    for (let n = 0; n < 20; n += 1) await house.send(deletionAlert(1, { ...cancelled, eventID: `e${n}` }));
    await house.run(start + 1_000);
    expect(house.published).toHaveLength(20);
    expect(house.events).toHaveLength(20);
    expect(house.slack.posted).toEqual([]);
    house.slack.failure = null;
    await house.run();
    expect(house.slack.posted).toHaveLength(20);
    expect(house.published).toHaveLength(20);
  });

  test('a topic that fails holds back no Slack', async () => {
    const house = memoryNotifier(both);
    house.faults.topic = { ok: false, reason: 'retryable', detail: 'x', retryAfterInSeconds: null, unsure: 'now' };
    await house.send(quietAlert(1));
    await house.run(start);
    expect(house.slack.posted).toHaveLength(1);
    house.faults.topic = null;
    await house.run();
    expect(house.published).toHaveLength(1);
  });

  test('a Scheduler that fails holds back no alert', async () => {
    const house = memoryNotifier({ ...both, storm: { after: 1 } });
    Object.assign(house.notifier.ports, { schedules: { at: () => Promise.reject(new RetryableFault('no')) } });
    for (let n = 0; n < 3; n += 1) await house.send(deletionAlert(1, { eventID: `e${n}` }));
    await house.run(start + 30_000);
    expect(house.published).toHaveLength(1);
    expect(house.slack.posted[0]?.message.text).toContain('Storm');
  });

  test('and never recovers: a dead letter, in the end', async () => {
    const house = memoryNotifier(slackConfig);
    house.slack.failure = down;
    await house.send(quietAlert(1));
    await house.run();
    expect(house.outbox.dead).toHaveLength(1);
    expect(house.clock.now() - start).toBeGreaterThan(20 * 3_600_000);
  });

  test('asks for a pause: it gets it', async () => {
    const house = memoryNotifier(slackConfig);
    house.slack.failure = { ok: false, reason: 'rate-limited', retryAfterInSeconds: 120 };
    await house.send(quietAlert(1));
    await house.run(start);
    expect(house.outbox.nextTime()).toBe(start + 120_000);
  });
});

describe('what a channel refuses', () => {
  test('goes to the dead letters and to the default topic, and is logged as refused', async () => {
    const house = memoryNotifier(slackConfig);
    house.slack.failure = refusing;
    await house.send(quietAlert(1));
    await house.run();
    expect(house.dead).toMatchObject([{ reason: expect.stringContaining('channel_not_found') }]);
    expect(house.published.map(({ topicArn }) => topicArn)).toEqual([defaultTopic]);
    expect(house.logged).toContainEqual(['delivery', expect.objectContaining({ result: 'refused' })]);
    // The default topic got it, the channel did not.
    expect(house.metrics.filter((name) => name === 'delivered').length).toBeGreaterThan(0);
  });

  test('goes to the default topic also as a reminder, and as a storm', async () => {
    const house = memoryNotifier(slackConfig);
    house.slack.failure = refusing;
    for (let n = 1; n < 4; n += 1) {
      house.keys.set(keyArnOf(n), known({ ...pendingKey, deletionDate: '2026-12-20T09:14:07.000Z' }));
      await house.send(deletionAlert(n));
    }
    await house.run();
    const subjects = house.published.map(({ publication }) => publication.subject);
    expect(subjects).toContainEqual(expect.stringMatching(/In all 3 alerts/));
    expect(subjects).toContainEqual(expect.stringMatching(/LAST REMINDER/));
    expect(new Set(house.published.map(({ publication }) => publication.id)).size).toBe(house.published.length);
  });

  test('is not told twice on a default topic that had it', async () => {
    const house = memoryNotifier(both);
    house.slack.failure = refusing;
    await house.send(quietAlert(1));
    await house.run();
    expect(house.published).toHaveLength(1);
  });

  test('can be delivered again from the dead letters', async () => {
    const house = memoryNotifier(slackConfig);
    house.slack.failure = refusing;
    await house.send(quietAlert(1));
    await house.run();
    house.slack.failure = null;
    house.clock.time += 3_600_000;
    await house.outbox.put(JSON.parse(house.dead[0]?.body ?? '{}'));
    await house.run();
    expect(house.slack.posted).toHaveLength(1);
  });

  test('what is no message of ours goes to the dead letters at once', async () => {
    const house = memoryNotifier();
    await house.outbox.put(JSON.parse('{"kind":"move","id":"x","at":"now","move":{"keyArn":null}}'));
    const [received] = house.outbox.receive();
    expect(received).toBeDefined();
    const { handleMessage } = await import('../../shared/delivery/handle-message.ts');
    await handleMessage(house.notifier, 'not JSON', 'g');
    await handleMessage(house.notifier, '{"kind":"alert","id":"x","at":"y"}', 'g');
    expect(house.dead.map(({ body }) => body)).toEqual(['not JSON', '{"kind":"alert","id":"x","at":"y"}']);
  });
});

describe('a crash', () => {
  test('between posting and recording posts nothing twice', async () => {
    const house = memoryNotifier(slackConfig);
    let crashes = 2;
    const { deliveries } = house.notifier.ports;
    const save = deliveries.saveSlackRecord;
    Object.assign(deliveries, {
      saveSlackRecord: async (...input: Parameters<typeof save>) => {
        crashes -= 1;
        if (crashes >= 0) throw new RetryableFault('the ledger did not answer');
        return save(...input);
      },
    });
    await house.send(quietAlert(1));
    await house.run();
    expect(crashes).toBeLessThan(0);
    expect(house.slack.posted).toHaveLength(1);
  });

  test('between the reminder and the update of its alert posts no second reminder', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(deletionAlert(1));
    await house.run(start);
    const update = house.slack.update;
    let failures = 3;
    Object.assign(house.slack, {
      update: async (input: Parameters<typeof update>[0]) => {
        failures -= 1;
        return failures >= 0 ? { ok: false, reason: 'rate-limited', retryAfterInSeconds: 30 } : update(input);
      },
    });
    await house.run();
    expect(house.slack.posted).toHaveLength(4);
  });
});

describe('one message a finding', () => {
  const text = (house: ReturnType<typeof memoryNotifier>, index = 0) =>
    JSON.stringify(house.slack.posted[index]?.message);

  test('is updated in place as people answer, and its thread says who', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(deletionAlert(1));
    await house.run(start);
    const move = { alertId: null, keyArn: keyArnOf(1), findingIds: [], status: 'approved', until: null } as const;
    await progressThrough(house.outbox).moved({
      ...move,
      by: 'Eve',
      what: 'approved it',
      at: new Date(start).toISOString(),
    });
    await house.run(start);
    expect(house.slack.posted).toHaveLength(2);
    expect(text(house)).toContain('Approved');
    expect(text(house)).toContain('Eve approved it');
    expect(house.slack.posted[1]).toMatchObject({ threadTs: house.slack.posted[0]?.ts, broadcast: false });
  });

  test('stays one while the same finding comes again and nobody has settled it', async () => {
    const house = memoryNotifier({ ...slackConfig, storm: { after: 1000 } });
    for (let n = 0; n < 3; n += 1) {
      await house.send(quietAlert(1, { eventID: `e${n}`, eventTime: new Date(start + n).toISOString() }));
      await house.run(start + n * 1000);
    }
    const roots = house.slack.posted.filter(({ threadTs }) => threadTs === null);
    expect(roots).toHaveLength(1);
    expect(house.slack.posted).toHaveLength(3);
    expect(text(house)).toContain('the same finding again');
  });

  test('another finding about the key joins its thread, and shows in the channel', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(quietAlert(1));
    await house.send(deletionAlert(1, { ...cancelled, eventID: 'another' }));
    await house.run(start);
    const [first, second] = house.slack.posted;
    expect(second).toMatchObject({ threadTs: first?.ts, broadcast: true });
    expect(text(house, 1)).toContain('Restored');
  });

  test('is resolved by a call that puts things right', async () => {
    const house = memoryNotifier(slackConfig);
    await house.send(quietAlert(1));
    await house.run(start);
    const record = [...house.deliveries.records.values()][0];
    const move = {
      alertId: null,
      keyArn: keyArnOf(1),
      status: 'resolved',
      until: null,
      by: 'Dana',
      what: 'called it',
    } as const;
    const at = new Date(start).toISOString();
    await progressThrough(house.outbox).moved({ ...move, findingIds: ['another'], at });
    await house.run(start);
    expect(text(house)).not.toContain('Resolved');
    await progressThrough(house.outbox).moved({ ...move, findingIds: record?.findingIds ?? [], at });
    await house.run(start);
    expect(text(house)).toContain('Resolved');
  });
});

describe('the daily digest', () => {
  const quiet = { ...slackConfig, quiet: { below: 'medium', digestHour: 8, timeZone: 'Europe/Madrid' } };
  const day = 86_400_000;
  const fire = async (house: ReturnType<typeof memoryNotifier>, at: string) => {
    house.clock.time = Date.parse(at);
    await house.outbox.put({ kind: 'digest', id: `digest ${at}`, at });
    await house.run(house.clock.time);
  };

  test('tells once what could wait; programs had it at once', async () => {
    const house = memoryNotifier(quiet);
    for (let n = 0; n < 3; n += 1) await house.send(quietAlert(n));
    await house.run(start);
    expect(house.slack.posted).toEqual([]);
    expect(house.events).toHaveLength(3);
    await fire(house, '2026-11-21T07:00:05Z');
    expect(house.slack.posted).toHaveLength(1);
    expect(JSON.stringify(house.slack.posted[0]?.message)).toContain('key-2');
    await fire(house, '2026-11-22T07:00:05Z');
    expect(house.slack.posted).toHaveLength(1);
  });

  test('is made up for the next day where it did not come', async () => {
    const house = memoryNotifier(quiet);
    await house.send(quietAlert(1));
    await house.run(start);
    await fire(house, new Date(Date.parse('2026-11-21T07:00:05Z') + day).toISOString());
    expect(house.slack.posted).toHaveLength(1);
  });

  test('never holds a pending deletion', async () => {
    const house = memoryNotifier(quiet);
    await house.send(deletionAlert(1, { severity: 'info' }));
    await house.run(start);
    expect(house.slack.posted).toHaveLength(1);
  });
});

test('Amazon Q Developer gets its own schema, and nothing else', async () => {
  const house = memoryNotifier({ channels: { q: { amazonQ: true } }, routes: [{ to: ['q'] }] });
  await house.send(quietAlert(1));
  await house.run(start);
  expect(house.published).toEqual([]);
  expect(JSON.parse(house.bare[0]?.message ?? '{}')).toMatchObject({ version: '1.0', source: 'custom' });
});

test('a webhook gets the message without buttons', async () => {
  const webhookSecretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-a1b2c3';
  const house = memoryNotifier({ channels: { hook: { webhookSecretArn } }, routes: [{ to: ['hook'] }] });
  await house.send(deletionAlert(1));
  await house.run(start);
  expect(house.webhooks).toHaveLength(1);
  expect(JSON.stringify(house.webhooks)).not.toContain('"actions"');
});

describe('a remedy that was late', () => {
  test('is told as made after all, in the message that told of it', async () => {
    const house = memoryNotifier(slackConfig);
    const remedy = 'cancelKeyDeletion';
    await house.send(deletionAlert(1, { outcomes: [{ remedy, outcome: 'failed', detail: 'not done yet' }] }));
    await house.run(start + 360_000);
    await house.send(deletionAlert(1, cancelled));
    await house.run(start + 400_000);
    const [message, reply] = house.slack.posted;
    expect(house.slack.posted).toHaveLength(2);
    expect(JSON.stringify(message?.message)).toContain('Key deletion cancelled, key enabled');
    expect(reply?.message.text).toContain('tried again: Key deletion cancelled, key enabled');
    const record = await house.deliveries.slackRecord('C012AB3CD', message?.messageId ?? '');
    expect(record?.status).toBe('restored');
  });
});
