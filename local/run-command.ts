import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { LocalError } from './local-error.ts';
import { onProcessEnd } from './process-end.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Where everything the command says is appended. */
  readonly log: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Ended {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** The last lines of its output, at most 40. */
  readonly tail: readonly string[];
}

const TAIL_LINES = 40;

/** Runs a command to its end in a process group of its own; on abort the whole group is ended. Throws LocalError when it cannot start. */
export async function runCommand(command: Command): Promise<Ended> {
  command.signal?.throwIfAborted();
  const log = createWriteStream(command.log, { flags: 'a' });
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const abort = () => signalGroup(child.pid, 'SIGTERM');
  command.signal?.addEventListener('abort', abort, { once: true });
  const disarm = onProcessEnd(abort);
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      command.onLine?.(line);
    });
  }
  try {
    const code = await closed(child, command.file);
    command.signal?.throwIfAborted();
    return { code, tail };
  } finally {
    disarm();
    command.signal?.removeEventListener('abort', abort);
    log.end();
    await finished(log);
  }
}

async function closed(child: ReturnType<typeof spawn>, file: string): Promise<number | null> {
  try {
    await once(child, 'close');
    return child.exitCode;
  } catch (cause) {
    throw new LocalError(`${file} cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Signals a whole process group; a group that is gone already is fine. */
export function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
