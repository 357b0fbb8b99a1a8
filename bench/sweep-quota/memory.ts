import { sweepNight } from './sweep-night.ts';

/** A process that sweeps 100,000 keys, and prints its peak in MB and the seconds it took. */
const begun = performance.now();
await sweepNight({ keys: 100_000, now: Date.parse('2026-11-20T02:00:00Z'), lastUseAsks: 1_000 });
const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`${megabytes} ${(performance.now() - begun) / 1_000}\n`);
