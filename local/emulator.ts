import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalError } from './local-error.ts';
import { onProcessEnd } from './process-end.ts';
import { signalGroup } from './run-command.ts';

export interface EmulatorOptions {
  readonly python: string;
  /** What the emulator's Lambdas are told to talk to: the bridge. */
  readonly bridgeUrl: string;
  /** Opens the doors of emulator/gateway.py. */
  readonly token: string;
  /** Everything that the emulator writes goes here. */
  readonly scratch: string;
  readonly log: string;
  /** Folders for the PATH; the first must hold the `node` that the Lambdas run on. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

export interface Emulator {
  readonly port: number;
  readonly pid: number;
  /** Ends the process group: SIGTERM, then SIGKILL. */
  stop(): Promise<void>;
}

const GATEWAY = fileURLToPath(new URL('emulator/gateway.py', import.meta.url));
const READY_WITHIN_MS = 60_000;
/** It holds nothing that an early end could damage. */
const GRACE_MS = 500;
const ATTEMPTS = 3;

/** Starts MiniStack on a free loopback port and waits until it is healthy. Throws LocalError; leaves nothing behind then. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const emulator = launch(options, port);
    try {
      await ready(emulator.child, port, options);
      return emulator;
    } catch (error) {
      await emulator.stop();
      // Somebody else may take the free port between our look and MiniStack's bind.
      const taken = error instanceof LocalError && (await readFile(options.log, 'utf8')).includes('already in use');
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
}

function launch(options: EmulatorOptions, port: number): Emulator & { readonly child: ChildProcess } {
  const log = openSync(options.log, 'a');
  const child = spawn(options.python, ['-B', GATEWAY], {
    cwd: options.scratch,
    env: environment(options, port),
    // Its stdin is a lifeline: gateway.py ends itself when this process is gone, however it went.
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  const kill = () => signalGroup(child.pid, 'SIGKILL');
  const disarm = onProcessEnd(kill);
  return { port, pid: child.pid ?? 0, child, stop: () => stop(child, kill).finally(disarm) };
}

function environment(options: EmulatorOptions, port: number): Record<string, string> {
  return {
    PATH: options.path,
    HOME: options.scratch,
    TMPDIR: options.scratch,
    S3_DATA_DIR: `${options.scratch}/s3`,
    STATE_DIR: `${options.scratch}/state`,
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    AWS_ENDPOINT_URL: options.bridgeUrl,
    KMS_GUARD_DOOR_TOKEN: options.token,
    KMS_GUARD_SCRATCH: options.scratch,
    // Signatures are verified and roles enforced: a permission that is missing in AWS is missing here too.
    AUTH: 'true',
    AWS_SECRET_ACCESS_KEY: 'test',
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LOG_LEVEL: 'INFO',
    PYTHONUNBUFFERED: '1',
  };
}

async function ready(child: ChildProcess, port: number, options: EmulatorOptions): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    options.signal?.throwIfAborted();
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      const said = (await readFile(options.log, 'utf8')).trim().split('\n').at(-1) ?? '';
      throw new LocalError(`The emulator ended while starting on 127.0.0.1:${port}: ${said || 'it said nothing'}`);
    }
    if (await healthy(port)) return;
    await pause(50);
  }
  throw new LocalError(`The emulator was not ready on 127.0.0.1:${port} within ${READY_WITHIN_MS / 1000} seconds.`);
}

async function healthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, kill: () => void): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    signalGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, pause(GRACE_MS, undefined, { ref: false })]);
  }
  // Lambdas that outlive the emulator are in its group.
  kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new LocalError('No free loopback port was found.');
  return address.port;
}
