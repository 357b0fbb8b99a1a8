import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Invoke } from './handler.ts';

type Message = { readonly id: string; readonly body: string; readonly notBefore: number };

export type Queue = { readonly name: string; readonly invoke: Invoke; readonly bodies: readonly string[] };

// As the event source mapping has it.
const batchSize = 5;
const concurrency = 5;
/** What goes back comes again a little later; the real visibility timeout is six minutes. */
const comesBackInMilliseconds = 500;

/** Hands an inbox to its guard, as SQS does, until it is empty. Returns how many messages went back to it. */
export const drain = async ({ name, invoke, bodies }: Queue, say: (line: string) => void): Promise<number> => {
  const queue: Message[] = bodies.map((body, n) => ({ id: `m${n}`, body, notBefore: 0 }));
  let returned = 0;
  let shown = performance.now();
  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      const wait = Math.max(...batch.map(({ notBefore }) => notBefore)) - performance.now();
      if (wait > 0) await sleep(wait);
      const failed = new Set(await invoke(batch));
      returned += failed.size;
      const notBefore = performance.now() + comesBackInMilliseconds;
      queue.push(...batch.filter(({ id }) => failed.has(id)).map((message) => ({ ...message, notBefore })));
      if (performance.now() - shown < 5_000) continue;
      shown = performance.now();
      say(`${name}: ${queue.length} messages left`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return returned;
};
