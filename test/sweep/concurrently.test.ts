import { expect, test } from 'vitest';
import { concurrently } from '../../shared/sweep/concurrently.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const pulled = (count: number) => {
  const state = { pulled: 0, closed: false };
  async function* source() {
    try {
      for (let n = 0; n < count; n += 1) {
        state.pulled += 1;
        yield n;
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, source };
};

test('gives results as they come, the quick before the slow', async () => {
  const clock = virtualClock(0);
  const work = async (n: number): Promise<number> => {
    await clock.sleep(n === 0 ? 100 : 10);
    return n;
  };
  const all = async (): Promise<number[]> => {
    const results: number[] = [];
    for await (const result of concurrently(pulled(5).source(), 2, work)) results.push(result);
    return results;
  };
  expect(await clock.run(all())).toEqual([1, 2, 3, 4, 0]);
});

test('pulls no more than there is room for, and nothing after a consumer has stopped', async () => {
  const { state, source } = pulled(100);
  for await (const result of concurrently(source(), 3, async (n) => n)) if (result === 4) break;
  expect(state.pulled).toBeLessThan(12);
  expect(state.closed).toBe(true);
});

test('a failure ends it, also one that comes when nothing is left to start', async () => {
  const failing = (at: number) => async (n: number) => {
    if (n === at) throw new Error(`number ${at}`);
    return n;
  };
  const drain = async (at: number): Promise<void> => {
    for await (const _ of concurrently(pulled(5).source(), 2, failing(at)));
  };
  await expect(drain(1)).rejects.toThrow('number 1');
  await expect(drain(4)).rejects.toThrow('number 4');
});

test('an empty source is an empty result', async () => {
  const results: unknown[] = [];
  for await (const result of concurrently(pulled(0).source(), 2, async (n) => n)) results.push(result);
  expect(results).toEqual([]);
});
