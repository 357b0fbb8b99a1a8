import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { defaultConfig } from '../shared/config/config.ts';
import { virtualClock } from '../test/support/virtual-clock.ts';
import { figure, median } from './figure.ts';
import { type Asked, beforeBusiestNight, ledgerWith } from './sweep-quota/nights.ts';
import { simulatedRegion } from './sweep-quota/simulated-region.ts';
import { account, type Slept, sweepNight, usedPercent } from './sweep-quota/sweep-night.ts';

/**
 * Sweeps on virtual time against AWS's default quotas, of which half is taken at most: the first night and the busiest of 90
 * steady ones (80% of keys in use, threshold 90 days) in a Region of 10,000 keys; a whole organization under the limits of a
 * Distributed Map; and the memory of a process that sweeps 100,000 keys.
 */
const bench = 'sweep-quota';
const start = Date.parse('2026-11-20T02:00:00Z');
const thresholdInDays = defaultConfig.deletion.unusedForDays;
const say = (text: string): void => void process.stderr.write(`${bench}: ${text}\n`);

const keyArnsOf = async (keys: number, region = 'eu-west-1'): Promise<readonly string[]> => {
  const clock = virtualClock(start);
  const { lister } = simulatedRegion({ clock, account, region, keys, usedPercent });
  const listAll = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (let marker: string | null = null; ; ) {
      const page = await lister.keys(marker);
      if (!page.known) throw new Error(page.detail);
      all.push(...page.value.keyArns);
      if (page.value.next === null) return all;
      marker = page.value.next;
    }
  };
  return clock.run(listAll());
};

const atMost = (metric: string, value: number, { unit, most }: { unit: string; most: number }): void =>
  figure({ bench, metric, value, unit, goal: `< ${most}`, ok: value < most });

const printCalls = (night: string, keys: number, { calls }: Slept): void => {
  for (const [api, count] of Object.entries(calls)) {
    figure({ bench, metric: `calls per key, ${night}: ${api}`, value: count / keys, unit: 'calls/key' });
  }
};

const oneRegion = async (): Promise<void> => {
  const keys = 10_000;
  const keyArns = await keyArnsOf(keys);
  const none: Asked = keyArns.map(() => null);
  const first = await sweepNight({ keys, now: start, ledger: ledgerWith(keyArns, none) });
  say(`first night: ${(first.seconds / 60).toFixed(1)} minutes`);
  atMost('first night, 10,000 keys', first.seconds / 60, { unit: 'min', most: 70 });
  printCalls('first night', keys, first);
  const steady = beforeBusiestNight({ keyArns, usedPercent, thresholdInDays }, { start, nights: 360, watched: 90 });
  const night = await sweepNight({ keys, now: steady.now, ledger: ledgerWith(keyArns, steady.asked, steady.now) });
  say(
    `busiest steady night: ${(night.seconds / 60).toFixed(1)} minutes, ${night.calls['GetKeyLastUsage'] ?? 0} keys asked`,
  );
  atMost('busiest of 90 steady nights, 10,000 keys', night.seconds / 60, { unit: 'min', most: 5 });
  printCalls('steady night', keys, night);
  const share = Math.max(first.largestShare, night.largestShare);
  figure({
    bench,
    metric: 'largest part of any quota in any second',
    value: share,
    unit: '',
    goal: '<= 0.5',
    ok: share <= 0.5,
  });
};

/** A Distributed Map of standard children: so many begin a second, so many run at a time, each a warm or cold Lambda. */
const map = { childrenPerSecond: 100, atATime: 200, startInSeconds: 1.5 };

/** When the last child ends, in seconds. Each account and Region has quotas of its own. */
const mapSeconds = (children: number, secondsOf: (child: number) => number): number => {
  const slots = Array.from({ length: map.atATime }, () => 0);
  let end = 0;
  for (let child = 0; child < children; child += 1) {
    const free = slots.indexOf(Math.min(...slots));
    const begin = Math.max(slots[free] ?? 0, child / map.childrenPerSecond);
    slots[free] = begin + map.startInSeconds + secondsOf(child);
    end = Math.max(end, slots[free] ?? 0);
  }
  return end;
};

const organization = async (): Promise<void> => {
  const keys = 100;
  const samples: number[] = [];
  for (let sample = 0; sample < 20; sample += 1) {
    const region = `eu-west-${sample + 1}`;
    const keyArns = await keyArnsOf(keys, region);
    const nights = { start, nights: 270 + 7 * sample, watched: 7 };
    const { asked, now } = beforeBusiestNight({ keyArns, usedPercent, thresholdInDays }, nights);
    samples.push((await sweepNight({ keys, now, region, ledger: ledgerWith(keyArns, asked, now) })).seconds);
  }
  say(`100 keys: ${median(samples).toFixed(1)} s in the middle, ${Math.max(...samples).toFixed(1)} s at most`);
  const seconds = mapSeconds(1_000 * 17, (child) => samples[child % samples.length] ?? 0);
  atMost('1,000 accounts x 17 Regions x 100 keys', seconds / 60, { unit: 'min', most: 20 });
};

/** How Lambda's Node.js runtime sizes the heap of a function with 200 MB: a twentieth young, nine tenths old. */
const heapOf200 = ['--max-semi-space-size=10', '--max-old-space-size=180'];

/** In a process of its own, bundled as a Lambda is, which reports its peak: every rule judges every key, and nothing is kept. */
const memory = async (): Promise<void> => {
  const scratch = await mkdtemp(join(tmpdir(), 'kms-guard-sweep-quota-'));
  let report = '';
  try {
    const entry = join(import.meta.dirname, 'sweep-quota', 'memory.ts');
    const outfile = join(scratch, 'memory.mjs');
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, platform: 'node', format: 'esm' });
    report = (await promisify(execFile)(process.execPath, [...heapOf200, outfile])).stdout;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const [megabytes = Number.NaN, seconds = Number.NaN] = report.trim().split(' ').map(Number);
  say(`100,000 keys: ${megabytes.toFixed(0)} MB at the peak, ${seconds.toFixed(0)} s of this machine`);
  atMost('peak memory, 100,000 keys', megabytes, { unit: 'MB', most: 200 });
  figure({ bench, metric: 'judging and bookkeeping of a key', value: (seconds / 100_000) * 1_000, unit: 'ms' });
};

await oneRegion();
await organization();
await memory();
