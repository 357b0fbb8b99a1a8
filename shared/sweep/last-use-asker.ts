import { orUnknown } from '../facts/or-unknown.ts';
import { unknown } from '../facts/facts.ts';
import type { KeyReader } from '../ports.ts';

/** So many questions in a row without an answer: the rest of the run does without. */
const mostUnanswered = 8;

const noMore = unknown('failed', 'kms:GetKeyLastUsage gave no answer, several times in this run');

export type LastUseAsker = Pick<KeyReader, 'lastUse'> & {
  /** Does it still answer? Where not, keys that can wait are left for another run. */
  readonly answers: () => boolean;
};

/**
 * The last use gives way to everything else: where it is not told, that is an unknown fact at once. At 2.5 calls a second,
 * asking every key again and again would take the whole night, and nothing else of the keys would be seen.
 */
export const lastUseAsker = (reader: Pick<KeyReader, 'lastUse'>): LastUseAsker => {
  let unanswered = 0;
  return {
    answers: () => unanswered < mostUnanswered,
    lastUse: async (keyArn) => {
      if (unanswered >= mostUnanswered) return noMore;
      const fact = await orUnknown(() => reader.lastUse(keyArn));
      unanswered = !fact.known && fact.reason === 'failed' ? unanswered + 1 : 0;
      return fact;
    },
  };
};
