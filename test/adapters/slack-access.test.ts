import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../local/slack/fake-slack.ts';
import { slackWithSecret, webhookWithSecret } from '../../shared/adapters/slack-access.ts';

const token = 'xoxb-the-token';
const tokenSecretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-a1b2c3';
let slack: FakeSlack;
let time = 0;
const clock = { now: () => time };
const post = { channel: 'C1', message: { text: 'x', blocks: [] }, threadTs: null, messageId: 'm' } as const;
const over = (text: () => string) =>
  slackWithSecret({ text: async () => text() }, clock, { tokenSecretArn, apiUrl: slack.apiUrl });

beforeAll(async () => {
  slack = await startFakeSlack({ token, channels: ['C1', 'C2'] });
});
afterAll(async () => {
  await slack.close();
});
beforeEach(() => {
  time = 0;
});

test.each([token, `{"token":"${token}"}`])('a token is the text of its secret, or in its JSON', async (text) => {
  expect(await over(() => text).post(post)).toMatchObject({ ok: true });
});

test('a token that was changed is used with the next call', async () => {
  let text = 'xoxb-old';
  const client = over(() => text);
  expect(await client.post(post)).toEqual({ ok: false, reason: 'refused', error: 'invalid_auth' });
  text = token;
  expect(await client.post(post)).toMatchObject({ ok: true });
});

test('a token that was rotated while the old one was cached is read again at once', async () => {
  const text = async (_: string, fresh?: 'fresh') => (fresh === undefined ? 'xoxb-old' : token);
  const client = slackWithSecret({ text }, clock, { tokenSecretArn, apiUrl: slack.apiUrl });
  expect(await client.post(post)).toMatchObject({ ok: true });
});

test('a webhook that was rotated while the old one was cached is read again at once', async () => {
  const text = async (_: string, fresh?: 'fresh') =>
    fresh === undefined ? `${new URL(slack.webhookUrl).origin}/gone` : slack.webhookUrl;
  const webhook = webhookWithSecret({ text }, clock);
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toEqual({ ok: true });
});

test('what is refused for another reason is not tried again', async () => {
  const client = over(() => token);
  const calls = slack.calls.length;
  expect(await client.post({ ...post, channel: 'C999' })).toMatchObject({ reason: 'refused' });
  expect(slack.calls).toHaveLength(calls + 1);
});

test('a channel that asks for a pause is left alone until then, others are not', async () => {
  const client = over(() => token);
  slack.failNext({ fault: { kind: 'rate-limited', retryAfterInSeconds: 30 } });
  expect(await client.post(post)).toMatchObject({ reason: 'rate-limited', retryAfterInSeconds: 30 });
  const calls = slack.calls.length;
  time = 10_000;
  expect(await client.post(post)).toMatchObject({ reason: 'rate-limited', retryAfterInSeconds: 20 });
  expect(slack.calls).toHaveLength(calls);
  expect(await client.post({ ...post, channel: 'C2' })).toMatchObject({ ok: true });
  time = 30_000;
  expect(await client.post(post)).toMatchObject({ ok: true });
});

test('a webhook is the text of its secret', async () => {
  const webhook = webhookWithSecret({ text: async () => slack.webhookUrl }, clock);
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toEqual({ ok: true });
});

test('a webhook that asks for a pause is left alone until then, whoever asks', async () => {
  const webhook = webhookWithSecret({ text: async () => slack.webhookUrl }, clock);
  slack.failNext({ fault: { kind: 'rate-limited', retryAfterInSeconds: 30 } });
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toMatchObject({ reason: 'rate-limited' });
  time = 10_000;
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toMatchObject({ retryAfterInSeconds: 20 });
  time = 30_000;
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toEqual({ ok: true });
});

test('an address that answers 200 and is no webhook of Slack has taken nothing', async () => {
  const webhook = webhookWithSecret(
    { text: async () => `${new URL(slack.webhookUrl).origin}/api/chat.postMessage` },
    clock,
  );
  expect(await webhook('arn').post({ text: 'x', blocks: [] })).toMatchObject({ ok: false, reason: 'refused' });
});
