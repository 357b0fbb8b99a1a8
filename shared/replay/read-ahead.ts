import type { ReplaySource } from './read-records.ts';
import { createSignal } from './signal.ts';

/** Unpacking runs outside the main thread: these are kept busy while one file is split. */
const filesAhead = 3;
const bytesAhead = 1024 * 1024;

type Pump = { readonly source: ReplaySource; readonly stop: () => Promise<void> };

/** Bytes read but not yet asked for. */
type Queue = {
  readonly chunks: Uint8Array[];
  size: number;
  stopped: boolean;
  over: boolean;
  failure: { readonly error: unknown } | null;
};

/** Reads a source before it is asked for, up to `bytesAhead`. An error comes out behind the bytes before it. */
const pump = ({ file, open }: ReplaySource): Pump => {
  const queue: Queue = { chunks: [], size: 0, stopped: false, over: false, failure: null };
  const signal = createSignal();
  const fill = async (): Promise<void> => {
    try {
      for await (const chunk of open()) {
        queue.chunks.push(chunk);
        queue.size += chunk.length;
        signal.tell();
        while (queue.size >= bytesAhead && !queue.stopped) await signal.change();
        if (queue.stopped) break;
      }
    } catch (error) {
      queue.failure = { error };
    }
    queue.over = true;
    signal.tell();
  };
  const filling = fill();
  async function* take(): AsyncGenerator<Uint8Array> {
    while (!queue.over || queue.chunks.length > 0) {
      const chunk = queue.chunks.shift();
      if (chunk === undefined) await signal.change();
      else {
        queue.size -= chunk.length;
        signal.tell();
        yield chunk;
      }
    }
    if (queue.failure !== null) throw queue.failure.error;
  }
  const stop = async (): Promise<void> => {
    queue.stopped = true;
    signal.tell();
    await filling;
  };
  return { source: { file, open: take }, stop };
};

/** The same sources in the same order, each already being read when its turn comes. */
export async function* readAhead(
  sources: AsyncIterable<ReplaySource> | Iterable<ReplaySource>,
): AsyncGenerator<ReplaySource> {
  const pumps: Pump[] = [];
  try {
    for await (const source of sources) {
      pumps.push(pump(source));
      const first = pumps[0];
      if (first === undefined || pumps.length <= filesAhead) continue;
      yield first.source;
      pumps.shift();
    }
    for (let first = pumps[0]; first !== undefined; first = pumps[0]) {
      yield first.source;
      pumps.shift();
    }
  } finally {
    await Promise.all(pumps.map(({ stop }) => stop()));
  }
}
