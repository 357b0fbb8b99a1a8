import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Control, startControl } from '../../../local/background/control.ts';
import { down } from '../../../local/background/down.ts';
import { askToEnd, handleIn, leave, statusOf, take } from '../../../local/background/place.ts';
import type { LocalStatus } from '../../../local/background/status.ts';
import { up } from '../../../local/background/up.ts';

const status: LocalStatus = {
  phase: 'up',
  pid: 4711,
  startedAt: '2026-11-23T09:00:00.000Z',
  log: 'up.log',
  config: 'guard.config.json',
  guard: {
    endpoint: 'http://127.0.0.1:1',
    account: '111122223333',
    region: 'eu-west-1',
    env: { AWS_REGION: 'eu-west-1' },
    stack: 'KmsGuard',
    outputs: {},
    slack: 'http://127.0.0.1:2',
    emulatorPid: 4712,
  },
};
const token = 'a-token';

let folder = '';
let control: Control;
let ended = 0;
/** What the host says of itself; as it does, it ends when it is asked to. */
let now: LocalStatus = status;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-place-'));
  ended = 0;
  now = status;
  const end = (): void => {
    ended += 1;
    setImmediate(() => void leave(folder).then(control.close));
  };
  control = await startControl({ token, status: () => now, end });
});
afterEach(async () => {
  control.close();
  await rm(folder, { recursive: true });
});

const options = () => ({ folder, config: 'guard.config.json', slackPort: 0, onProgress: () => {} });

test('one guard a checkout: who comes second does not take its place', async () => {
  expect(await take(folder, { url: control.url, token })).toBe(true);
  expect(await take(folder, { url: 'http://127.0.0.1:1', token: 'another' })).toBe(false);
  expect(await handleIn(folder)).toEqual({ url: control.url, token });
});

test('up leaves a guard alone that runs, and says that it ran', async () => {
  await take(folder, { url: control.url, token });
  expect(await up(options())).toEqual({ status, was: 'running' });
});

test('up does not start a second one beside a guard whose emulator has ended', async () => {
  now = { ...status, phase: 'broken' };
  await take(folder, { url: control.url, token });
  await expect(up(options())).rejects.toThrow(/broken.*"kms-guard local down" first/);
});

test('down asks the guard to end, and waits until it has', async () => {
  await take(folder, { url: control.url, token });
  expect(await down(folder)).toBe(true);
  expect(ended).toBe(1);
  expect(await handleIn(folder)).toBeNull();
  expect(await down(folder)).toBe(false);
});

test('whoever has the port of a guard that is gone is not asked to end', async () => {
  await take(folder, { url: control.url, token: 'of the one before' });
  expect(await statusOf({ url: control.url, token: 'of the one before' })).toBeNull();
  expect(await down(folder)).toBe(false);
  expect(ended).toBe(0);
  expect(await handleIn(folder)).toBeNull();
});

test('a guard that was killed leaves a place that nobody is at', async () => {
  await take(folder, { url: control.url, token });
  control.close();
  expect(await statusOf({ url: control.url, token })).toBeNull();
  expect(await askToEnd({ url: control.url, token })).toBe(false);
  expect(await down(folder)).toBe(false);
});

test.each(['', '{', '{"url":1}', '[]'])('a place that cannot be read is none: %j', async (text) => {
  await writeFile(join(folder, 'up.json'), text);
  expect(await handleIn(folder)).toBeNull();
  expect(await down(folder)).toBe(false);
  expect(await take(folder, { url: control.url, token })).toBe(true);
});
