import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../local/slack/fake-slack.ts';
import { slackClient } from '../../shared/adapters/slack-client.ts';
import { slackWebhook } from '../../shared/adapters/slack-webhook.ts';
import type { SlackMessage } from '../../shared/alerts/slack/index.ts';

const token = 'xoxb-not-a-real-token';
const channel = 'C0ALERTS';
let slack: FakeSlack;

const message = (text: string): SlackMessage => ({
  text,
  blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
});
const client = (some: { token?: string } = {}) =>
  slackClient({ token, apiUrl: slack.apiUrl, timeoutInMilliseconds: 5_000, ...some });
const post = (text: string, some: { channel?: string; threadTs?: string; messageId?: string } = {}) =>
  client().post({ channel, message: message(text), threadTs: null, messageId: text, ...some });
const posted = async (...input: Parameters<typeof post>) => {
  const result = await post(...input);
  if (!result.ok) throw new Error(result.reason);
  return result;
};

beforeEach(async () => {
  slack = await startFakeSlack({ token, channels: [channel, 'C0OTHER'] });
});
afterEach(async () => {
  await slack.close();
});

describe('a bot token', () => {
  test('posts into a channel and into a thread', async () => {
    const root = await posted('first');
    expect(root).toEqual({ ok: true, channel, ts: expect.stringMatching(/^\d+\.\d{6}$/) });
    await client().post({ channel, message: message('reply'), threadTs: root.ts, broadcast: true, messageId: 'r' });
    const [first, reply] = slack.messages();
    expect(first).toMatchObject({ text: 'first', thread_ts: root.ts });
    expect(reply).toMatchObject({ text: 'reply', thread_ts: root.ts, broadcast: true });
  });

  test('updates a message in place, metadata and all', async () => {
    const { ts } = await posted('open');
    expect(await client().update({ channel, ts, message: message('resolved'), messageId: 'open' })).toMatchObject({
      ok: true,
      ts,
    });
    expect(slack.messages()).toMatchObject([{ ts, text: 'resolved', edits: 1 }]);
  });

  test('finds a message that was posted before a crash, on whatever page, and no other', async () => {
    const since = Date.now();
    for (let count = 0; count < 450; count += 1) {
      slack.store.add(channel, { text: `other ${count}`, blocks: [], broadcast: false, botId: 'B1' });
    }
    slack.failNext({ fault: { kind: 'lost-answer' } });
    expect(await post('lost')).toMatchObject({ ok: false, reason: 'retryable' });
    await posted('later');
    for (let count = 0; count < 450; count += 1) {
      slack.store.add(channel, { text: `more ${count}`, blocks: [], broadcast: false, botId: 'B1' });
    }
    const query = { channel, threadTs: null, since };
    const lost = slack.messages().find(({ text }) => text === 'lost');
    expect(await client().find({ ...query, messageId: 'lost' })).toEqual({
      ok: true,
      found: { ok: true, channel, ts: lost?.ts },
    });
    expect(await client().find({ ...query, messageId: 'never' })).toEqual({ ok: true, found: null });
    expect(await client().find({ ...query, messageId: 'lost', since: Date.now() + 600_000 })).toMatchObject({
      found: null,
    });
  });

  test('finds it where the clock of Slack is behind ours', async () => {
    await posted('x');
    const query = { channel, messageId: 'x', threadTs: null, since: Date.now() + 30_000 };
    expect(await client().find(query)).toMatchObject({ found: { ok: true } });
  });

  test('finds a reply in its thread only', async () => {
    const since = Date.now() - 1_000;
    const root = await posted('root');
    const reply = await posted('reply', { threadTs: root.ts });
    const query = { channel, messageId: 'reply', since };
    expect(await client().find({ ...query, threadTs: root.ts })).toMatchObject({ found: { ts: reply.ts } });
    expect(await client().find({ ...query, threadTs: null })).toMatchObject({ found: null });
  });
});

describe('what Slack does not take', () => {
  test.each([
    ['a wrong token', () => client({ token: 'xoxb-wrong' }), channel, 'invalid_auth'],
    ['an unknown channel', () => client(), 'C0NOWHERE', 'channel_not_found'],
  ])('%s is refused for good', async (_, who, where, error) => {
    const result = await who().post({ channel: where, message: message('x'), threadTs: null, messageId: 'x' });
    expect(result).toEqual({ ok: false, reason: 'refused', error });
  });

  test('a message that breaks its limits is refused, and the answer says where', async () => {
    expect(await post('x'.repeat(3_001))).toEqual({
      ok: false,
      reason: 'refused',
      error: expect.stringContaining('must be less than 3001 characters [json-pointer:/blocks/0/text/text]'),
    });
  });

  test('429 comes back with the pause that Slack asks for, at once and without another try', async () => {
    slack.failNext({ fault: { kind: 'rate-limited', retryAfterInSeconds: 30 } });
    expect(await post('x')).toEqual({ ok: false, reason: 'rate-limited', retryAfterInSeconds: 30 });
    expect(slack.calls).toHaveLength(1);
  });

  test.each([
    ['a gateway in between', { kind: 'status', status: 502 }],
    ['an error that passes', { kind: 'error', error: 'internal_error' }],
    ['an answer that never comes', { kind: 'lost-answer' }],
  ] as const)('%s may be tried again', async (_, fault) => {
    slack.failNext({ fault });
    expect(await post('x')).toMatchObject({ ok: false, reason: 'retryable' });
    expect(slack.calls).toHaveLength(1);
  });

  test('Slack may be down, for all three', async () => {
    slack.setDown(true);
    const down = { ok: false, reason: 'retryable' };
    expect(await post('x')).toMatchObject(down);
    expect(await client().update({ channel, ts: '1.000000', message: message('x'), messageId: 'x' })).toMatchObject(
      down,
    );
    expect(await client().find({ channel, messageId: 'x', threadTs: null, since: 0 })).toMatchObject(down);
    slack.setDown(false);
    expect(await post('x')).toMatchObject({ ok: true });
  });
});

describe('an incoming webhook', () => {
  const hook = (url = slack.webhookUrl) => slackWebhook({ url });

  test('posts', async () => {
    expect(await hook().post(message('hello'))).toEqual({ ok: true });
    expect(slack.messages()).toMatchObject([{ text: 'hello', botId: 'webhook' }]);
  });

  test('says what Slack did not take', async () => {
    expect(await hook().post(message('x'.repeat(3_001)))).toEqual({
      ok: false,
      reason: 'refused',
      error: 'HTTP 400 invalid_blocks',
    });
    slack.failNext({ fault: { kind: 'rate-limited', retryAfterInSeconds: 7 }, method: 'webhook' });
    expect(await hook().post(message('x'))).toEqual({ ok: false, reason: 'rate-limited', retryAfterInSeconds: 7 });
    slack.failNext({ fault: { kind: 'status', status: 503 }, method: 'webhook' });
    expect(await hook().post(message('x'))).toMatchObject({ ok: false, reason: 'retryable' });
    slack.setDown(true);
    expect(await hook().post(message('x'))).toMatchObject({ ok: false, reason: 'retryable' });
  });
});

describe('secrets', () => {
  test('neither token nor webhook address is printed or answered', async () => {
    const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
    const url = slack.webhookUrl;
    const results = [await post('x'.repeat(3_001)), await slackWebhook({ url }).post(message('x'.repeat(3_001)))];
    slack.setDown(true);
    results.push(await post('x'), await slackWebhook({ url }).post(message('x')));
    const printed = spies
      .flatMap((spy) => spy.mock.calls)
      .flat()
      .map(String)
      .join('\n');
    vi.restoreAllMocks();
    expect(printed).toBe('');
    const answered = JSON.stringify(results);
    expect(answered).not.toContain(token);
    expect(answered).not.toContain('local-webhook');
  });
});
