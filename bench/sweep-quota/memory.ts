import { known } from '../../shared/facts/facts.ts';
import { type KeysDone, runKeys } from '../../shared/sweep/keys-run.ts';
import { sweepId } from '../../shared/sweep/result-store.ts';
import { virtualClock } from '../../test/support/virtual-clock.ts';
import { ledgerWith } from './nights.ts';
import { simulatedRegion } from './simulated-region.ts';
import { account, settings, usedPercent } from './sweep-night.ts';

/**
 * A process that sweeps 100,000 keys as `sweep-keys` does, its results written out and not kept, and prints its peak in MB
 * and the seconds it took.
 */
const keys = 100_000;
const region = 'eu-west-1';
const begun = performance.now();
const start = Date.parse('2026-11-20T02:00:00Z');
const clock = virtualClock(start);
let written = 0;

const estate = {
  ownRegion: async () => region,
  ownAccount: async () => known(account),
  accounts: async () => known([account]),
  regions: async () => known([region]),
  open: async () => known(simulatedRegion({ clock, account, region, keys, usedPercent })),
};
// Nothing is known of before, and nothing is kept: what the ledger holds is not this process's memory.
const ledger = { ...ledgerWith([], []), learn: () => Promise.resolve() };
const results = {
  put: async (_key: string, text: string): Promise<void> => {
    written += text.length;
    await clock.sleep(100);
  },
};

const sweepAll = async (): Promise<KeysDone> => {
  const sweep = sweepId({ id: 'memory', startedAt: new Date(start).toISOString() });
  let done: KeysDone = { sweep, account, region, run: 1, cursor: null, asksLeft: 1_000, pieces: [], done: false };
  const run = { estate, ledger, results, clock, settings, quota: {}, bringing: null };
  while (!done.done) done = await runKeys({ ...run, deadline: clock.now() + 840_000 }, done);
  return done;
};

const { pieces } = await clock.run(sweepAll());
if (written < keys * 500) throw new Error(`${written} characters in ${pieces.join('+')} objects are not ${keys} keys`);
const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`${megabytes} ${(performance.now() - begun) / 1_000}\n`);
