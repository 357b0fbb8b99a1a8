import type { Io } from '../../cli/command.ts';

export type MemoryIo = Io & { readonly out: () => string; readonly err: () => string };

/** A terminal in memory that is none: no color, no progress, no files. */
export const memoryIo = (some: Partial<Io> = {}): MemoryIo => {
  let out = '';
  let err = '';
  return {
    stdout: (text) => void (out += text),
    write: async (text) => void (out += text),
    stderr: (text) => void (err += text),
    readFile: async (path) => {
      throw new Error(`no file ${path}`);
    },
    readStdin: async () => '',
    objectStore: () => {
      throw new Error('no object store');
    },
    color: false,
    progress: false,
    ...some,
    out: () => out,
    err: () => err,
  };
};
