import { setTimeout as sleep } from 'node:timers/promises';

/** Waits before another try at an item that others write too: 20 ms, doubled each time, and spread out. */
export const pause = async (attempt: number): Promise<void> => {
  await sleep(20 * 2 ** (attempt - 1) * (0.5 + Math.random()));
};
