import { unknown } from '../facts/facts.ts';
import type { Clock, EventHistory } from '../ports.ts';

export type Turns = {
  readonly clock: Clock;
  /** Milliseconds since the epoch: nobody's turn comes after it. */
  readonly deadline: number;
  /** So many keys are looked up in one run. */
  readonly most: number;
};

const left = unknown('not-fetched', 'the look-up of failed uses is left for a later run');

/**
 * Failed uses, one key after the other. CloudTrail allows two look-ups a second, so after a mass deletion most keys wait for
 * another run: in one line, a key whose turn has not come can still be left when the time runs out.
 */
export const failedUsesInTurn = (history: EventHistory, { clock, deadline, most }: Turns): EventHistory => {
  let turns = 0;
  let line: Promise<unknown> = Promise.resolve();
  return {
    ...history,
    failedUses: (keyArn, since) => {
      turns += 1;
      if (turns > most) return Promise.resolve(left);
      const look = () => (clock.now() >= deadline ? left : history.failedUses(keyArn, since));
      const turn = line.then(look);
      // The next in line goes whatever became of this one.
      line = turn.catch(() => undefined);
      return turn;
    },
  };
};
