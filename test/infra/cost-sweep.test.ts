import { expect, test, vi } from 'vitest';
import { defaultConfig } from '../../shared/config/config.ts';
import { type Asked, day, ledgerWith, passNight } from '../../bench/sweep-quota/nights.ts';
import { simulatedRegion } from '../../bench/sweep-quota/simulated-region.ts';
import { account, sweepNight, usedPercent } from '../../bench/sweep-quota/sweep-night.ts';
import {
  ledgerPerKeyAndNight,
  requestsPerKeyAndNight,
  requestsPerRegionAndNight,
  transitionsOf,
} from '../../scripts/cost/sweep.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { scenarios } from '../../scripts/cost-page.ts';
import type { SweepLedger } from '../../shared/sweep/look-at-key.ts';

vi.setConfig({ testTimeout: 120_000 });

const keys = 300;
const nights = 14;
const start = Date.parse('2026-11-20T02:00:00Z');
const thresholdInDays = defaultConfig.deletion.unusedForDays;

const counting = (ledger: SweepLedger) => {
  const counts = { reads: 0, writes: 0 };
  const counted: SweepLedger = {
    ...ledger,
    key: (keyArn) => ((counts.reads += 1), ledger.key(keyArn)),
    // The list, and one text.
    policies: (keyArn) => ((counts.reads += 2), ledger.policies(keyArn)),
    // It reads what it merges with.
    learn: (observation) => ((counts.reads += 1), (counts.writes += 1), ledger.learn(observation)),
  };
  return { counts, counted };
};

/** The real sweep, night after night, when it has long been in use. */
const measured = async () => {
  const clock = virtualClock(start);
  const { lister } = simulatedRegion({ clock, account, region: 'eu-west-1', keys, usedPercent });
  const page = await clock.run(lister.keys(null));
  if (!page.known) throw new Error(page.detail);
  const { keyArns } = page.value;
  const asked: Asked = keyArns.map(() => null);
  const passed = 200;
  for (let n = 0; n < passed; n += 1) passNight({ keyArns, usedPercent, thresholdInDays }, asked, start + n * day);
  const from = start + passed * day;
  const ledger = ledgerWith(keyArns, asked, from);
  // What stands in the simulated ledger has no state and rotation yet: one night brings them, and is not counted.
  await sweepNight({ keys, now: from - day, ledger });
  const { counts, counted } = counting(ledger);
  const calls: Record<string, number> = {};
  for (let n = 0; n < nights; n += 1) {
    const night = await sweepNight({ keys, now: from + n * day, ledger: counted });
    for (const [api, count] of Object.entries(night.calls)) calls[api] = (calls[api] ?? 0) + count;
  }
  return { calls, counts };
};

test('the model counts what the sweep does, API by API', async () => {
  const { calls, counts } = await measured();
  const { ListKeys = 0, ListAliases = 0, ...others } = calls;
  expect((ListKeys + ListAliases) / nights).toBe(requestsPerRegionAndNight(keys));
  const ofKeys = Object.fromEntries(
    Object.entries(others).filter(([api]) => Object.hasOwn(requestsPerKeyAndNight, api)),
  );
  // Nothing else is asked of KMS: the rest is CloudTrail's.
  expect(
    Object.keys(others)
      .filter((api) => !Object.hasOwn(ofKeys, api))
      .toSorted(),
  ).toEqual(['DescribeTrails', 'GetEventSelectors', 'GetTrailStatus']);
  for (const [api, modelled] of Object.entries(requestsPerKeyAndNight)) {
    const each = (ofKeys[api] ?? 0) / keys / nights;
    expect([api, each <= modelled * 1.1 && each >= modelled * 0.75]).toEqual([api, true]);
  }
  expect(counts.reads / keys / nights).toBeLessThanOrEqual(ledgerPerKeyAndNight.reads);
  expect(counts.writes / keys / nights).toBeLessThanOrEqual(ledgerPerKeyAndNight.writes);
});

test('state transitions are counted in the template: three of a Region, and the start of its execution', () => {
  for (const { template } of scenarios()) expect(transitionsOf(template)).toEqual({ perSweep: 7, perRegion: 4 });
});
