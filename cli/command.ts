import type { ObjectStore } from '../shared/replay/object-store.ts';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a command may touch of the terminal and the disk. */
export type Io = {
  readonly stdout: (text: string) => void;
  /** As stdout, and waits until the reader has caught up: for output without end. */
  readonly write: (text: string) => Promise<void>;
  readonly stderr: (text: string) => void;
  readonly readFile: (path: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
  /** S3, made when it is first asked for. */
  readonly objectStore: () => ObjectStore;
  /** True where a person sees colors. */
  readonly color: boolean;
  /** True where a person sees progress (stderr is a terminal). */
  readonly progress: boolean;
};

/** 0 nothing to flag, 1 flagged, 2 bad usage or unreadable input, 3 incomplete. */
export type ExitStatus = 0 | 1 | 2 | 3;

export type Command = {
  readonly name: string;
  readonly summary: string;
  /** The whole text of `--help`, with an example. */
  readonly help: string;
  readonly run: (args: readonly string[], io: Io) => Promise<ExitStatus>;
};

/** Bad usage or unreadable input: one line says what, where and what to do; the process ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `node:util` parseArgs with errors as UsageError. */
export const readArgs = <const Options extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: readonly string[],
  options: Options,
) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${command}: ${problem}; see "kms-guard ${command} --help"`, { cause: error });
  }
};
