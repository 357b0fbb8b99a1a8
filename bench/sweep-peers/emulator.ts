import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanEnvironment } from '../../local/environment.ts';
import { onProcessEnd } from '../../local/process-end.ts';

export type PlainEmulator = { readonly port: number; readonly stop: () => void };

const readyWithinMs = 60_000;

/** MiniStack as it comes, without the doors and the verified signatures of `local/emulator`: nothing slows it. */
export const startPlainEmulator = async (python: string, scratch: string): Promise<PlainEmulator> => {
  const port = await freePort();
  const child = spawn(python, ['-B', '-m', 'ministack'], {
    cwd: scratch,
    env: {
      ...cleanEnvironment(),
      HOME: scratch,
      TMPDIR: scratch,
      S3_DATA_DIR: `${scratch}/s3`,
      STATE_DIR: `${scratch}/state`,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LOG_LEVEL: 'WARNING',
    },
    stdio: 'ignore',
  });
  const kill = (): void => void child.kill('SIGKILL');
  const disarm = onProcessEnd(kill);
  const stop = (): void => {
    kill();
    disarm();
  };
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until && child.exitCode === null) {
    if (await healthy(port)) return { port, stop };
    await pause(100);
  }
  stop();
  throw new Error(`MiniStack was not ready on port ${port} within ${readyWithinMs / 1_000} s`);
};

const healthy = async (port: number): Promise<boolean> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free loopback port was found');
  return address.port;
};
