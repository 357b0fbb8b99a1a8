import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../../local/listen.ts';

const start = (...args: readonly string[]) =>
  new Promise<{ status: unknown; err: string }>((resolve) => {
    const file = join(import.meta.dirname, '..', '..', 'local', 'start.ts');
    execFile(process.execPath, [file, ...args], (error, _, err) => resolve({ status: error?.code ?? 0, err }));
  });

test.each([
  [['--twice'], 'unknown option --twice'],
  [['--slack-port', '70000'], '--slack-port takes 0 to 65535, not "70000"'],
  [['--slack-port', 'http'], '--slack-port takes 0 to 65535, not "http"'],
])('npm start %j: one line, before anything is started', async (args, says) => {
  const { status, err } = await start(...args);
  expect(status).toBe(2);
  expect(err).toMatch(/^kms-guard: [^\n]+\n$/);
  expect(err).toContain(says);
});

test('npm start --slack-port with a port that is taken: one line', async () => {
  const other = createServer();
  const port = new URL(await listenOnLoopback(other, 0)).port;
  const { status, err } = await start('--once', '--slack-port', port);
  other.close();
  expect([status, err]).toEqual([2, `kms-guard: port ${port} is taken: choose another, or none for any free one\n`]);
});
