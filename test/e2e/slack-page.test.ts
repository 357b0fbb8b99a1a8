import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dana, demoChannel, ravi, startDemoSlack, withDemoSlack } from '../../local/demo/demo-slack.ts';
import { clientSettings, type GuardedAws, startGuardedAws } from '../../local/demo/guarded-aws.ts';
import { ledgerView } from '../../local/demo/ledger-view.ts';
import { postFunctionUrl } from '../../local/post-function-url.ts';
import type { LocalSlack } from '../../local/slack/local-slack.ts';
import { startChromium } from '../browser/chromium.ts';

/** The deployed guard, answered by people: clicks in a real Chromium go signed to the real Lambda, and the message moves on. */
let local: LocalSlack;
let guarded: GuardedAws;
let kms: KMSClient;
let browser: Browser;
let view: Page;
let key: string;
const faults: string[] = [];
const soon = { timeout: 40_000, interval: 100 };

const schedule = () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata?.KeyState;
const messages = () => view.locator('article.message', { hasText: key });
const textOf = async (message: Locator): Promise<string> => (await message.textContent()) ?? '';

const press = async (name: string, message: Locator, by: string): Promise<void> => {
  await view.getByLabel('You are').selectOption(by);
  await message.getByRole('button', { name, exact: true }).first().click();
  const dialog = message.getByRole('dialog');
  if (name === 'Approve deletion') await dialog.getByRole('button', { name, exact: true }).click();
  await expect.poll(() => view.locator('#status').textContent(), soon).toBe(`${name}: sent`);
};

beforeAll(async () => {
  local = await startDemoSlack();
  guarded = await startGuardedAws({ prepare: (aws) => withDemoSlack(aws, local) });
  const { aws, outputs } = guarded;
  local.page.setActionsUrl(outputs['SlackActionsUrl'] ?? '', aws.endpoint);
  kms = new KMSClient(clientSettings(aws));
  key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/payroll', TargetKeyId: key }));
  await kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('secret') }));
  await ledgerView(aws, outputs['TableName'] ?? '').waitFor(key, 'CreateKey', { guard: 'deletion-guard' });
  browser = await startChromium();
  view = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  view.on('pageerror', (error) => faults.push(error.message));
  await view.goto(local.page.url);
});

afterAll(async () => {
  await browser?.close();
  await guarded?.aws.stop();
  await local?.close();
});

test('a deletion that the guard cancelled stands on the page', async () => {
  await schedule();
  await expect.poll(() => messages().count(), soon).toBe(1);
  expect(await textOf(messages().first())).toContain('Key deletion cancelled, key enabled');
  expect(await textOf(messages().first())).toContain('alias/payroll');
  expect(await state()).toBe('Enabled');
});

test('whoever asked for it cannot approve it, and reads why', async () => {
  const message = messages().first();
  await press('Approve deletion', message, dana.name);
  await expect.poll(() => textOf(message), soon).toContain('A second person must approve it');
  expect(await message.locator('.private').textContent()).toContain('Only visible to Dana');
  expect(await message.getByRole('button', { name: 'Approve deletion' }).count()).toBeGreaterThan(0);
});

test('a second person approves it: the message moves on, and the deletion stands when it is asked for again', async () => {
  const message = messages().first();
  await press('Approve deletion', message, ravi.name);
  await expect.poll(() => textOf(message), soon).toContain('Ravi approved the deletion');
  expect(await message.getByRole('heading').textContent()).toContain('Approved');
  expect(await message.getByRole('button', { name: 'Approve deletion' }).count()).toBe(0);
  await schedule();
  await expect.poll(() => messages().count(), soon).toBe(2);
  expect(await state()).toBe('PendingDeletion');
});

test('and keeps the key after all', async () => {
  const message = messages().last();
  await press('Keep the key', message, ravi.name);
  await expect.poll(state, soon).toBe('Enabled');
  await expect.poll(() => textOf(message), soon).toContain('Ravi kept the key');
  expect(await message.getByRole('button').count()).toBe(0);
});

test('the very URL that took these clicks takes none without a signature', async () => {
  const { aws, outputs } = guarded;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = { endpoint: aws.endpoint, url: outputs['SlackActionsUrl'] ?? '', headers, body: 'payload=%7B%7D' };
  expect(await postFunctionUrl(post)).toEqual({ status: 401, body: 'refused' });
  expect(local.slack.calls.filter(({ result }) => result !== 'ok')).toEqual([]);
  expect(local.slack.messages(demoChannel).length).toBeGreaterThan(2);
  expect(faults).toEqual([]);
});
