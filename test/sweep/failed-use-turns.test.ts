import { expect, test } from 'vitest';
import { known } from '../../shared/facts/facts.ts';
import { failedUsesInTurn } from '../../shared/sweep/failed-use-turns.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const start = Date.parse('2026-11-20T02:00:00Z');

/** Each look-up takes a second; which of `keys` keys got one. */
const turnsOf = async (keys: number, { most = 100, seconds = 1_000 } = {}) => {
  const clock = virtualClock(start);
  let running = 0;
  const history = {
    stateChanges: async () => known([]),
    failedUses: async (keyArn: string) => {
      running += 1;
      expect(running).toBe(1);
      await clock.sleep(1_000);
      running -= 1;
      if (keyArn === 'key 1') throw new TypeError('a bug');
      return known([]);
    },
  };
  const inTurn = failedUsesInTurn(history, { clock, deadline: start + seconds * 1_000, most });
  const asked = Array.from({ length: keys }, (_, at) =>
    inTurn.failedUses(`key ${at}`, null).then(
      (fact) => (fact.known ? 'looked up' : fact.reason),
      () => 'failed',
    ),
  );
  return { answers: await clock.run(Promise.all(asked)), took: clock.now() - start };
};

test('one key after the other, and one that fails holds up no other', async () => {
  expect(await turnsOf(4)).toEqual({ answers: ['looked up', 'failed', 'looked up', 'looked up'], took: 4_000 });
});

test('a key whose turn has not come when the time runs out is left for another run, at once', async () => {
  const { answers, took } = await turnsOf(5, { seconds: 2 });
  expect(answers).toEqual(['looked up', 'failed', 'not-fetched', 'not-fetched', 'not-fetched']);
  expect(took).toBe(2_000);
});

test('so many keys in one run and no more', async () => {
  expect((await turnsOf(4, { most: 2 })).answers).toEqual(['looked up', 'failed', 'not-fetched', 'not-fetched']);
});
