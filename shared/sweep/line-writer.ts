import type { ResultStore } from './result-store.ts';

/** Characters of one object: what a writer holds at most, and a line more. */
const pieceLength = 4_000_000;

export type LineWriter = {
  readonly write: (line: object) => Promise<void>;
  /** Writes the rest. Returns how many objects there are: at least one. */
  readonly end: () => Promise<number>;
};

/** JSON Lines in pieces, numbered from 1: a hundred thousand keys never stand in memory together. */
export const lineWriter = (store: Pick<ResultStore, 'put'>, keyOf: (piece: number) => string): LineWriter => {
  let lines: string[] = [];
  let length = 0;
  let pieces = 0;
  const flush = async (): Promise<void> => {
    const text = lines.join('');
    lines = [];
    length = 0;
    pieces += 1;
    await store.put(keyOf(pieces), text);
  };
  return {
    write: async (line) => {
      const text = `${JSON.stringify(line)}\n`;
      lines.push(text);
      length += text.length;
      if (length >= pieceLength) await flush();
    },
    end: async () => {
      if (lines.length > 0 || pieces === 0) await flush();
      return pieces;
    },
  };
};
