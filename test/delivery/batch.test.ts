import { describe, expect, test } from 'vitest';
import { backoffInSeconds, handleBatch, type Received } from '../../shared/delivery/batch.ts';
import type { Handled } from '../../shared/delivery/notifier.ts';

const record = (messageId: string, group: string, receiveCount = 1): Received => ({
  messageId,
  body: messageId,
  group,
  receiveCount,
  receiptHandle: messageId,
});
const done: Handled = { handled: true };
const failing: Handled = { handled: false, detail: 'x', retryInSeconds: null };

const run = async (records: readonly Received[], answer: (body: string) => Handled | Promise<Handled>) => {
  const tried: string[] = [];
  const postponed: [string, number][] = [];
  const errors: string[] = [];
  const failed = await handleBatch(
    {
      handle: async (body) => {
        tried.push(body);
        return answer(body);
      },
      postpone: async ({ messageId }, seconds) => {
        postponed.push([messageId, seconds]);
      },
      log: { info: () => undefined, error: (message) => void errors.push(message), metric: () => undefined },
    },
    records,
  );
  return { failed, tried, postponed, errors };
};

describe('a batch', () => {
  const records = [record('a1', 'a'), record('b1', 'b'), record('a2', 'a'), record('b2', 'b'), record('a3', 'a')];

  test('is handled in order by group', async () => {
    const { failed, tried } = await run(records, () => done);
    expect(failed).toEqual([]);
    expect(tried.filter((body) => body.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  test('after a failure the rest of its group goes back untried, and as late; other groups go on', async () => {
    const { failed, tried, postponed } = await run(records, (body) => (body === 'a2' ? failing : done));
    expect(failed).toEqual(['a2', 'a3']);
    expect(tried.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
    expect(postponed).toEqual([
      ['a2', 10],
      ['a3', 10],
    ]);
  });

  test('what throws goes back too', async () => {
    const { failed, errors } = await run([record('a1', 'a')], () => Promise.reject(new Error('fault')));
    expect(failed).toEqual(['a1']);
    expect(errors).toHaveLength(1);
  });

  test('a pause that was asked for is kept, and never shorter than the backoff', async () => {
    const answer = (retryInSeconds: number) => () => ({ ...failing, retryInSeconds });
    expect((await run([record('a', 'a')], answer(120))).postponed).toEqual([['a', 120]]);
    expect((await run([record('a', 'a', 5)], answer(1))).postponed).toEqual([['a', 160]]);
  });

  test('where postponing fails, the record comes back all the same', async () => {
    const log = { info: () => undefined, error: () => undefined, metric: () => undefined };
    const postpone = () => Promise.reject(new Error('no'));
    const failed = await handleBatch({ handle: async () => failing, postpone, log }, [record('a', 'a')]);
    expect(failed).toEqual(['a']);
  });
});

test('backoff doubles, up to a quarter of an hour', () => {
  expect([1, 2, 3, 7, 8, 99].map(backoffInSeconds)).toEqual([10, 20, 40, 640, 900, 900]);
});
