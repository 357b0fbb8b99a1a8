import { array, assert, asyncProperty, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeadLetter, redrive, type RedriveQueues } from '../shared/redrive.ts';

/** A dead-letter queue in memory: what was received is hidden, or shown again when `again` says so. */
const memory = (bodies: readonly string[], { again = false, crashAt = -1 } = {}) => {
  const left = new Map(bodies.map((body, index) => [String(index), body]));
  const source: string[] = [];
  const hidden = new Set<string>();
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === crashAt) throw new Error('crash');
  };
  const letterOf = ([messageId, body]: readonly [string, string]): DeadLetter => ({
    messageId,
    body,
    group: null,
    remove: async () => {
      step();
      left.delete(messageId);
    },
  });
  const queues: RedriveQueues = {
    receive: async () => {
      const shown = [...left].filter(([id]) => again || !hidden.has(id)).slice(0, 10);
      for (const [id] of shown) hidden.add(id);
      return shown.map(letterOf);
    },
    putBack: async ({ body }) => {
      step();
      source.push(body);
    },
  };
  return { queues, left, source };
};

const readsGood = (body: string): string | null => (body.startsWith('good') ? null : 'not JSON');

describe('redrive', () => {
  it('puts back what can be read, in order, and names what stays', async () => {
    const { queues, left, source } = memory(['good 1', 'bad', 'good 2']);
    expect(await redrive(queues, readsGood)).toEqual({ moved: 2, kept: [{ messageId: '1', reason: 'not JSON' }] });
    expect(source).toEqual(['good 1', 'good 2']);
    expect([...left.values()]).toEqual(['bad']);
  });

  it('goes on over many pages', async () => {
    const { queues, left, source } = memory(Array.from({ length: 34 }, (_, index) => `good ${index}`));
    expect(await redrive(queues, readsGood)).toMatchObject({ moved: 34 });
    expect([source.length, left.size]).toEqual([34, 0]);
  });

  it('ends where the queue shows again what was left in it', async () => {
    const { queues } = memory(['bad', 'good'], { again: true });
    expect(await redrive(queues, readsGood)).toMatchObject({ moved: 1, kept: [{ messageId: '0' }] });
  });

  it('loses nothing, wherever it is cut off', async () => {
    await assert(
      asyncProperty(array(integer(), { maxLength: 25 }), integer({ min: 1, max: 60 }), async (numbers, crashAt) => {
        const bodies = numbers.map((number, index) => `good ${index} ${number}`);
        const { queues, left, source } = memory(bodies, { crashAt });
        await redrive(queues, readsGood).catch(() => undefined);
        expect(new Set([...left.values(), ...source])).toEqual(new Set(bodies));
      }),
    );
  });
});
