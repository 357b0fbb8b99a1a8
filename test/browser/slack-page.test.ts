import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FakeSlack } from '../../local/slack/fake-slack.ts';
import { type SlackPage, startSlackPage } from '../../local/slack/slack-page.ts';
import { slackClient } from '../../shared/adapters/slack-client.ts';
import { slackMessage } from '../../shared/alerts/slack/index.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { isSignedWith } from '../../shared/slack-actions/signature.ts';
import { parseAnswer, type SlackAnswer } from '../../shared/slack-actions/slack-answer.ts';
import { channelNames, people, pendingInput, sceneChannel, startScene } from '../support/slack-scene.ts';
import { startChromium } from './chromium.ts';

/** The local page in a real Chromium. */
const secret = 'not-a-real-signing-secret';
const clicked: (SlackAnswer | null)[] = [];
let slack: FakeSlack;
let pendingTs: string;
let page: SlackPage;
let browser: Browser;
let view: Page;
const faults: string[] = [];

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const timestamp = String(request.headers['x-slack-request-timestamp']);
    const signed = isSignedWith(secret, { signature: String(request.headers['x-slack-signature']), timestamp, body });
    clicked.push(signed ? parseAnswer(body, { id: 'x', at: '2026-11-20T09:15:00Z' }) : null);
    response.writeHead(200).end();
  });
});

beforeAll(async () => {
  ({ slack, pendingTs } = await startScene());
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const actionsUrl = `http://127.0.0.1:${port}/`;
  page = await startSlackPage({ store: slack.store, signingSecret: secret, people, channelNames, actionsUrl });
  browser = await startChromium();
  view = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  view.on('pageerror', (error) => faults.push(error.message));
  view.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
});

afterAll(async () => {
  await browser.close();
  await page.close();
  await slack.close();
  await new Promise<void>((resolve) => receiver.close(() => resolve()));
});

beforeEach(async () => {
  clicked.length = 0;
  await view.goto(page.url);
  await view.locator('.message').first().waitFor();
});

const pending = () => view.locator(`[data-ts="${pendingTs}"]`);
const status = () => view.locator('#status');

test('shows the messages, their threads and what is due', async () => {
  expect(await view.title()).toContain('#kms-alerts');
  expect(await pending().locator('h3').textContent()).toContain('CRITICAL: ScheduleKeyDeletion, not undone');
  expect(await pending().textContent()).toContain('in 6 days 23 hours');
  expect(await view.locator('.thread').textContent()).toContain('put the policy of 2026-11-01 back');
  expect(await view.getByText('Storm: 500 alerts').count()).toBe(1);
  expect(await pending().getByRole('link', { name: 'Open in the AWS console' }).getAttribute('href')).toMatch(
    /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/kms\//,
  );
});

test('a click goes out signed, as the person chosen', async () => {
  await view.getByLabel('You are').selectOption('Ravi');
  await pending().getByRole('button', { name: 'Acknowledge' }).click();
  await expect.poll(() => status().textContent()).toBe('Acknowledge: sent');
  expect(clicked).toMatchObject([{ user: 'U0RAVI', action: 'acknowledge', value: { alertId: 'alert-pending' } }]);
});

test('approving asks first; going back sends nothing', async () => {
  const dialog = pending().getByRole('dialog');
  await pending().getByRole('button', { name: 'Approve deletion' }).click();
  expect(await dialog.textContent()).toContain('lost for ever');
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await view.keyboard.press('Escape');
  expect(clicked).toEqual([]);
  await pending().getByRole('button', { name: 'Approve deletion' }).click();
  await dialog.getByRole('button', { name: 'Approve deletion' }).click();
  await expect.poll(() => status().textContent()).toBe('Approve deletion: sent');
  expect(clicked).toMatchObject([{ user: 'U0DANA', action: 'approve' }]);
});

test('an update shows by itself, and takes its buttons away', async () => {
  const client = slackClient({ token: 'xoxb-not-a-real-token', apiUrl: slack.apiUrl });
  const history = [{ at: '2026-11-20T09:20:00Z', by: 'ravi', what: 'decided to keep the key' }];
  const update = (input: typeof pendingInput) =>
    client.update({ channel: sceneChannel, ts: pendingTs, messageId: 'm', message: slackMessage(input, ruleById) });
  await update({ ...pendingInput, status: 'kept', history });
  await expect.poll(() => pending().textContent()).toContain('ravi decided to keep the key');
  expect(await pending().textContent()).toContain('(edited)');
  expect(await pending().getByRole('button').count()).toBe(0);
  await update(pendingInput);
  await expect.poll(() => pending().getByRole('button', { name: 'Snooze' }).count()).toBe(1);
});

test.each([
  ['a desk', 1180],
  ['a phone', 390],
])('reads well for everybody, on %s: no fault by axe, nothing wider than the screen', async (_, width) => {
  await view.setViewportSize({ width, height: 900 });
  await view.goto(page.url);
  await view.locator('.message').first().waitFor();
  expect(await view.evaluate(`document.querySelector('#messages').scrollWidth <= innerWidth`)).toBe(true);
  // The page's own policy lets in no other script: axe comes in by the debugger, not by a tag.
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await view.evaluate(`${axe}; undefined`);
  expect(await view.evaluate(`axe.run().then((found) => found.violations.map((each) => each.id))`)).toEqual([]);
});

test('the page broke nothing of its own policy', () => {
  expect(faults).toEqual([]);
});
