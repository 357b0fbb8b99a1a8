import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { LocalError } from '../local-error.ts';
import { handleIn, leave, logFile, statusOf } from './place.ts';
import { hostMessageSchema, type LocalStatus } from './status.ts';

type UpOptions = {
  readonly folder: string;
  /** The guard's configuration file. */
  readonly config: string;
  /** The Slack page's; 0 is any free one. */
  readonly slackPort: number;
  readonly onProgress: (line: string) => void;
};

export type Up = { readonly status: LocalStatus; readonly was: 'running' | 'started' };

/** Starts the guard in the background and waits until it is deployed; one that runs is left alone. Throws LocalError. */
export const up = async (options: UpOptions): Promise<Up> => {
  const handle = await handleIn(options.folder);
  const running = handle === null ? null : await statusOf(handle);
  if (running?.phase === 'broken') {
    throw new LocalError('the guard on this machine is broken, its emulator has ended: "kms-guard local down" first');
  }
  if (running !== null) return { status: running, was: 'running' };
  await leave(options.folder);
  return { status: await startHost(options), was: 'started' };
};

const startHost = ({ folder, config, slackPort, onProgress }: UpOptions): Promise<LocalStatus> => {
  mkdirSync(folder, { recursive: true });
  const log = logFile(folder);
  const out = openSync(log, 'w');
  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, 'host.ts'), folder, log, config, String(slackPort)],
    // A session of its own: neither Ctrl-C nor the end of this terminal reaches it.
    { detached: true, stdio: ['ignore', out, out, 'ipc'] },
  );
  closeSync(out);
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new LocalError(`local up: ${why} (whole log: ${log})`));
    host.on('error', (error) => failed(error.message));
    host.on('exit', (code) => failed(`the guard ended while it started, status ${code ?? 'unknown'}`));
    host.on('message', (message) => {
      const said = z.parse(hostMessageSchema, message);
      if (said.kind === 'progress') return onProgress(said.line);
      if (said.kind === 'failed') return failed(said.why);
      host.removeAllListeners('exit');
      host.disconnect();
      host.unref();
      resolve(said.status);
    });
  });
};
