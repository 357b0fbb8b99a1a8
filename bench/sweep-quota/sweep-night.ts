import { defaultConfig } from '../../shared/config/config.ts';
import { rules } from '../../shared/rules/index.ts';
import type { SweepLedger } from '../../shared/sweep/look-at-key.ts';
import { type SweepEvent, sweepRegion } from '../../shared/sweep/sweep-region.ts';
import { virtualClock } from '../../test/support/virtual-clock.ts';
import { simulatedRegion } from './simulated-region.ts';

export const account = '111122223333';
/** Of a hundred keys so many are in use. */
export const usedPercent = 80;
export const settings = { rules, config: defaultConfig, ownRoles: [] };

export type Night = {
  readonly keys: number;
  readonly now: number;
  readonly region?: string;
  readonly ledger?: SweepLedger;
  readonly lastUseAsks?: number;
};

export type Slept = {
  readonly seconds: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly largestShare: number;
};

/** One sweep from its start to its end, on virtual time. */
export const sweepNight = async ({ keys, now, region = 'eu-west-1', ledger, ...budget }: Night): Promise<Slept> => {
  const clock = virtualClock(now);
  const simulated = simulatedRegion({ clock, account, region, keys, usedPercent });
  const ended = await clock.run(
    lastOf(
      sweepRegion({
        account,
        region,
        ...simulated,
        settings,
        clock,
        ...budget,
        ...(ledger === undefined ? {} : { ledger }),
      }),
    ),
  );
  if (ended?.kind !== 'end' || ended.keys !== keys || (ledger !== undefined && ended.state !== 'complete')) {
    throw new Error(`the sweep of ${keys} keys ended with ${JSON.stringify(ended)}`);
  }
  return {
    seconds: (clock.now() - now) / 1_000,
    calls: simulated.gate.calls(),
    largestShare: simulated.largestShare(),
  };
};

const lastOf = async (events: AsyncIterable<SweepEvent>): Promise<SweepEvent | null> => {
  let last: SweepEvent | null = null;
  for await (const event of events) last = event;
  return last;
};
