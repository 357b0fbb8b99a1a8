import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import { sweepId } from '../../shared/sweep/result-store.ts';
import { memoryKey } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { day, firstTask, memorySweep, start } from '../support/memory-sweep.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const arn = (n: number): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const keysOf = (count: number): Record<string, MemoryKey> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => {
      const rotation = { enabled: false, periodInDays: null, nextRotationDate: null };
      return [arn(n), memoryKey({ policy: rootPolicy, rotation })];
    }),
  );

/** Each look takes 300 ms, each question for the last use its turn. */
const slowRegion = (keys: Record<string, MemoryKey>) =>
  memorySweep((_, clock) => {
    const opened = memoryRegion({ clock, keys, pageSize: 7 });
    const slow = async (keyArn: string) => (await clock.sleep(300), opened.reader.describe(keyArn));
    const lastUse = async (keyArn: string) => {
      await opened.gate.take('GetKeyLastUsage');
      return opened.reader.lastUse(keyArn);
    };
    return known({ ...opened, reader: { ...opened.reader, describe: slow, lastUse } });
  });

const sweep = sweepId({ id: 'n1', startedAt: new Date(start).toISOString() });
const first = firstTask(sweep, { account, region });

describe('a run of sweep-keys', () => {
  test('tells where to go on, what it wrote, and how many may still be asked', async () => {
    const { keys } = slowRegion(keysOf(40));
    const clock = virtualClock(start);
    const done = await clock.run(keys(clock, first, 2));
    expect(done).toMatchObject({ done: false, run: 2, pieces: [1], account, region, sweep });
    expect(done.cursor?.after).toMatch(/^arn:/);
    expect(done.asksLeft).toBeLessThan(first.asksLeft);
    const rest = await clock.run(keys(clock, done, 840));
    expect(rest).toMatchObject({ done: true, cursor: null, pieces: [1, 1], asksLeft: 10_000 - 40 });
  });

  test('never begins so many keys that their last uses take longer than the half minute that is left', async () => {
    const { keys, lines } = slowRegion(keysOf(200));
    const clock = virtualClock(start);
    await clock.run(keys(clock, first, 60));
    const late = lines(sweep).map((line) => Date.parse(line.at) - (start + 60_000));
    expect(Math.max(...late)).toBeLessThan(30_000);
  });

  test('an account that lets nobody in is a result: the run ends, and says why', async () => {
    const { keys, lines } = memorySweep(() => unknown('access-denied', 'sts:AssumeRole is not permitted: no'));
    const clock = virtualClock(start);
    expect(await clock.run(keys(clock, first, 840))).toMatchObject({ done: true, pieces: [1] });
    const [end] = lines(sweep);
    expect(end).toMatchObject({
      line: 'end',
      end: { state: 'unreadable', problems: [expect.stringMatching(/AssumeRole/)] },
    });
  });
});

test('a key that went while several runs looked at its Region takes its findings with it', async () => {
  const keys = keysOf(40);
  const { run, finding } = slowRegion(keys);
  await run('n1');
  delete keys[arn(39)];
  const { runs } = await run('n2', { at: start + day, seconds: 2 });
  expect(runs).toBeGreaterThan(1);
  expect(finding('rotation-disabled', arn(39))).toMatchObject({ status: 'resolved' });
  expect(finding('rotation-disabled', arn(38))).toMatchObject({ status: 'open' });
});
