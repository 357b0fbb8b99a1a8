import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { down } from '../../local/background/down.ts';
import { handleIn, statusOf } from '../../local/background/place.ts';
import type { LocalStatus } from '../../local/background/status.ts';
import { up } from '../../local/background/up.ts';
import { demoConfig } from '../../local/demo/demo-slack.ts';

/** `kms-guard local`: the guard goes on in the background, guards, and ends without a trace. */

let folder = '';
const lines: string[] = [];
const start = () => up({ folder, config: demoConfig, slackPort: 0, onProgress: (line) => void lines.push(line) });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const guardOf = ({ guard }: LocalStatus) => {
  if (guard === null) throw new Error('it is not up');
  return guard;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kms-guard-command-'));
});
afterAll(async () => {
  await down(folder);
  await rm(folder, { recursive: true, force: true });
});

test('up, a rescue, up again, down', async () => {
  const { status, was } = await start();
  expect({ phase: status.phase, was }).toEqual({ phase: 'up', was: 'started' });
  expect(lines).toContain('starting the emulator');
  const { endpoint, region, account, slack } = guardOf(status);
  expect((await fetch(slack)).ok).toBe(true);

  const kms = new KMSClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { KeyMetadata: { KeyId = '' } = {} } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  // The guard restores what it has seen: let it see the key being made.
  await pause(3_000);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
  await expect.poll(state, { timeout: 30_000 }).toBe('Enabled');

  expect(await start()).toMatchObject({ was: 'running', status: { pid: status.pid } });
  expect(await down(folder)).toBe(true);
  expect(isAlive(guardOf(status).emulatorPid)).toBe(false);
  expect(await readdir(folder)).toEqual(['up.log']);
  expect(await down(folder)).toBe(false);
}, 240_000);

test('killed in the background it leaves no emulator, and nothing that keeps the next from starting', async () => {
  const { status } = await start();
  process.kill(status.pid, 'SIGKILL');
  await expect.poll(() => isAlive(guardOf(status).emulatorPid), { timeout: 30_000 }).toBe(false);
  const handle = await handleIn(folder);
  expect(handle === null ? null : await statusOf(handle)).toBeNull();
  expect(await down(folder)).toBe(false);
  expect(await readdir(folder)).toEqual(['up.log']);
}, 240_000);

test('what keeps it from starting is told with its log, and nothing stays', async () => {
  const wrong = up({ folder, config: join(folder, 'none.json'), slackPort: 0, onProgress: () => {} });
  await expect(wrong).rejects.toThrow(/^local up: .*none\.json.*\(whole log: .*up\.log\)$/);
  await expect.poll(() => readdir(folder), { timeout: 30_000 }).toEqual(['up.log']);
}, 240_000);
