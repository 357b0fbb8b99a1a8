import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageStore, type MessageStore } from '../../../local/slack/message-store.ts';
import { type SlackPage, startSlackPage } from '../../../local/slack/slack-page.ts';
import { checkMessage } from '../../../local/slack/check-message.ts';
import { buttonActions, slackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import { isSignedWith, timeRefusal } from '../../../shared/slack-actions/signature.ts';
import { parseAnswer } from '../../../shared/slack-actions/slack-answer.ts';
import { slackInput } from '../../support/alerts.ts';

const secret = 'not-a-real-signing-secret';
const channel = 'C0ALERTS';
const people = [{ id: 'U0DANA', name: 'Dana' }];
type Received = { readonly headers: Record<string, string>; readonly body: Buffer };

let store: MessageStore;
let page: SlackPage;
let received: Received[];
let status: number;
let endpoint: string;
let close: () => Promise<void>;

beforeEach(async () => {
  store = messageStore([channel], Date.now);
  received = [];
  status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ headers, body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  endpoint = `http://127.0.0.1:${port}/`;
  page = await startSlackPage({ store, signingSecret: secret, people, actionsUrl: endpoint });
  close = async () => {
    await page.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
});
afterEach(() => close());

const addAlert = () => {
  const { text, blocks } = slackMessage(slackInput(), ruleById);
  const checked = checkMessage({ text, blocks });
  if ('refusal' in checked) throw new Error(checked.refusal.error);
  return store.add(channel, { ...checked.message, broadcast: false, botId: 'B0GUARD' });
};
const click = async (some: object = {}, headers: Record<string, string> = {}): Promise<string> => {
  const { ts } = store.messages(channel)[0] ?? addAlert();
  const body = JSON.stringify({ channel, ts, actionId: buttonActions.approve, person: 'U0DANA', ...some });
  const answer = await fetch(`${page.url}/click`, { method: 'POST', headers, body });
  return answer.status === 200 ? answer.text() : String(answer.status);
};

describe('a click', () => {
  test('is sent as Slack sends it: slack-actions reads it and finds its signature right', async () => {
    expect(await click()).toBe('sent');
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
    const timestamp = headers['x-slack-request-timestamp'] ?? '';
    const signed = { signature: headers['x-slack-signature'] ?? '', timestamp, body };
    expect(isSignedWith(secret, signed)).toBe(true);
    expect(isSignedWith('another', signed)).toBe(false);
    expect(timeRefusal(timestamp, Date.now())).toBeNull();
    expect(parseAnswer(body, { id: 'x', at: '2026-11-20T09:15:00Z' })).toMatchObject({
      user: 'U0DANA',
      action: 'approve',
      value: { alertId: 'alert-0001' },
      responseUrl: expect.stringMatching(new RegExp(`^${page.url}/respond/`)),
    });
  });

  test('reaches a function URL through the local AWS, by its name', async () => {
    page.setActionsUrl('https://abc.lambda-url.eu-west-1.on.aws/', endpoint);
    expect(await click()).toBe('sent');
    expect(received[0]?.headers['host']).toBe('abc.lambda-url.eu-west-1.on.aws');
  });

  test.each([
    ['a message that there is not', { ts: '1.000000' }],
    ['a button that it has not', { actionId: 'kms-guard.delete-key' }],
    ['a person that there is not', { person: 'U0EVE' }],
    ['a channel that there is not', { channel: 'C0NOWHERE' }],
  ])('on %s is not sent', async (_, some) => {
    expect(await click(some)).toContain('no such button');
    expect(received).toEqual([]);
  });

  test('from another page in the same browser is refused', async () => {
    expect(await click({}, { origin: 'https://evil.example' })).toBe('403');
    expect(received).toEqual([]);
  });

  test('says what slack-actions answered, and that nobody listens', async () => {
    status = 401;
    expect(await click()).toBe('slack-actions answered 401');
    page.setActionsUrl(null);
    expect(await click()).toContain('nobody listens');
  });

  test('is answered to the person alone', async () => {
    await click();
    const answer = parseAnswer(received[0]?.body ?? Buffer.alloc(0), { id: 'x', at: '2026-11-20T09:15:00Z' });
    const said = await fetch(answer?.responseUrl ?? '', {
      method: 'POST',
      body: JSON.stringify({ response_type: 'ephemeral', text: 'Not approved: <b>you</b> made the call.' }),
    });
    expect(await said.text()).toBe('ok');
    const shown = await (await fetch(`${page.url}/messages`)).text();
    expect(shown).toContain('Only visible to Dana');
    expect(shown).not.toContain('<b>you</b>');
  });
});

describe('the page', () => {
  test('shows messages with their threads, and tells of changes', async () => {
    const root = addAlert();
    const events = await fetch(`${page.url}/events`);
    const reader = events.body?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString('utf8');
    expect(await next()).toContain('hello');
    store.add(channel, {
      text: 'dana acknowledged it',
      blocks: [],
      thread_ts: root.ts,
      broadcast: false,
      botId: 'B0GUARD',
    });
    expect(await next()).toContain('changed');
    await reader?.cancel();
    const shown = await (await fetch(`${page.url}/messages?channel=${channel}`)).text();
    expect(shown).toContain('1 reply');
    expect(shown).toContain('dana acknowledged it');
  });

  test('may run its own script and nothing else', async () => {
    const answer = await fetch(`${page.url}/`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await answer.text()).not.toMatch(/<script>|onclick=|style=/);
    for (const path of ['/page.js', '/page.css']) expect((await fetch(page.url + path)).status).toBe(200);
    expect((await fetch(`${page.url}/../block-html.ts`)).status).toBe(404);
  });
});
