import { type Fact, known } from '../facts/facts.ts';
import { failedUsesInTurn } from './failed-use-turns.ts';
import { lastUseAsker } from './last-use-asker.ts';
import type { AliasIndex } from './list-region.ts';
import type { Look, SweepLedger } from './look-at-key.ts';
import { spend, startBudget } from './next-ask.ts';
import type { RegionSweep } from './sweep-region.ts';

/** Keys pending deletion that are looked up in one run, at up to five calls each and one a second. */
const failedUseLookUps = 200;

export const keyIdOf = (keyArn: string): string => keyArn.slice(keyArn.lastIndexOf('/') + 1);

/** What every look of one run shares: its ports, its budgets, and the aliases of the Region. */
export const lookFor = (sweep: RegionSweep, aliases: Fact<AliasIndex>): Look => {
  const { account, region, reader, ledger = forgetful, clock, settings, lastUseAsks = 10_000 } = sweep;
  const { deadline = Number.POSITIVE_INFINITY } = sweep;
  const history = failedUsesInTurn(sweep.history, { clock, deadline, most: failedUseLookUps });
  const { answers, lastUse } = lastUseAsker(reader);
  let budget = startBudget(lastUseAsks);
  return {
    account,
    region,
    reader: { ...reader, lastUse },
    history,
    ledger,
    clock,
    settings,
    aliasesOf: (keyArn) => (aliases.known ? known(aliases.value.get(keyIdOf(keyArn)) ?? []) : aliases),
    mayAsk: (why) => {
      // A key pending deletion is judged tonight, with what is known: its last use is unknown then, and unknown is not safe.
      if (why !== 'pending' && !answers()) return false;
      const after = spend(budget, why);
      budget = after ?? budget;
      return after !== null;
    },
  };
};

/** From a terminal there is no ledger: nothing is known from before, and nothing is kept. */
const forgetful: SweepLedger = {
  key: () => Promise.resolve(null),
  policies: () => Promise.resolve([]),
  learn: () => Promise.resolve(),
  learnPolicy: () => Promise.resolve(),
};
