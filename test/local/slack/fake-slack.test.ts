import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../../local/slack/fake-slack.ts';

const token = 'xoxb-not-a-real-token';
const channel = 'C0ALERTS';
let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack({ token, channels: [channel] });
});
afterEach(async () => {
  await slack.close();
});

const call = async (method: string, input: object = {}, headers: Record<string, string> = {}): Promise<unknown> => {
  const answer = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(input),
  });
  return answer.json();
};
const post = (some: object = {}) => call('chat.postMessage', { channel, text: 'x', ...some });
const failed = (error: string) => expect.objectContaining({ ok: false, error });

describe('the Web API', () => {
  test('wants its token', async () => {
    expect(await call('chat.postMessage', {}, { authorization: '' })).toEqual(failed('not_authed'));
    expect(await call('chat.postMessage', {}, { authorization: 'Bearer other' })).toEqual(failed('invalid_auth'));
  });

  test.each([
    ['an unknown method', 'chat.shout', {}, 'unknown_method'],
    ['a method of every object', 'toString', {}, 'unknown_method'],
    [
      'a thread that there is not',
      'chat.postMessage',
      { channel, text: 'x', thread_ts: '1.000000' },
      'thread_not_found',
    ],
    [
      'metadata without a type',
      'chat.postMessage',
      { channel, text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    ['nothing to say', 'chat.postMessage', { channel }, 'no_text'],
    ['a message that there is not', 'chat.update', { channel, text: 'x', ts: '1.000000' }, 'message_not_found'],
    ['replies of nothing', 'conversations.replies', { channel, ts: '1.000000' }, 'thread_not_found'],
    ['a cursor of its own', 'conversations.history', { channel, cursor: 'eA==' }, 'invalid_cursor'],
  ])('refuses %s', async (_, method, input, error) => {
    expect(await call(method, input)).toEqual(failed(error));
  });

  test('tells where a block is wrong, as Slack does', async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }];
    const messages = ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'];
    expect(await post({ blocks })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: messages,
      response_metadata: { messages },
    });
    expect(slack.messages()).toEqual([]);
  });

  test('shows metadata only to who asks, the newest first, and no replies but broadcasts', async () => {
    const metadata = { event_type: 'e', event_payload: { id: 1 } };
    await post({ text: 'root', metadata });
    const [root] = slack.messages();
    await post({ text: 'quiet', thread_ts: root?.ts });
    await post({ text: 'loud', thread_ts: root?.ts, reply_broadcast: true });
    const history = await call('conversations.history', { channel });
    expect(history).toMatchObject({ messages: [{ text: 'loud', subtype: 'thread_broadcast' }, { text: 'root' }] });
    expect(JSON.stringify(history)).not.toContain('event_payload');
    expect(await call('conversations.history', { channel, include_all_metadata: true })).toMatchObject({
      messages: [{}, { metadata }],
    });
  });

  test('lets nobody update what another app posted', async () => {
    await fetch(slack.webhookUrl, { method: 'POST', body: JSON.stringify({ text: 'by webhook' }) });
    const [message] = slack.messages();
    expect(await call('chat.update', { channel, ts: message?.ts, text: 'x' })).toEqual(failed('cant_update_message'));
  });

  test('gives each message a time of its own, in order', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => post({ text: String(index) })));
    const times = slack.messages().map(({ ts }) => ts);
    expect(new Set(times).size).toBe(50);
    expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)));
  });
});

describe('the webhook', () => {
  test.each([
    ['what is no JSON', '{', 400, 'invalid_payload'],
    ['nothing to say', '{}', 400, 'no_text'],
    ['a message', '{"text":"x"}', 200, 'ok'],
  ])('answers %s', async (_, body, status, text) => {
    const answer = await fetch(slack.webhookUrl, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });
});

test('faults strike as often as planned, the methods they are meant for', async () => {
  slack.failNext({ fault: { kind: 'error', error: 'internal_error' }, times: 2, method: 'chat.update' });
  expect(await post()).toMatchObject({ ok: true });
  const ts = slack.messages()[0]?.ts;
  const update = () => call('chat.update', { channel, ts, text: 'y' });
  expect([await update(), await update(), await update()]).toMatchObject([{ ok: false }, { ok: false }, { ok: true }]);
  expect(slack.calls.map(({ result }) => result)).toEqual(['ok', 'internal_error', 'internal_error', 'ok']);
});
