import { type Grant, known, unknown } from '../../shared/facts/facts.ts';
import type { OpenRegion } from '../../shared/sweep/ports.ts';
import type { SweepSummary } from '../../shared/sweep/sweep-summary.ts';
import { memoryKey } from './memory-key.ts';
import type { MemoryKey } from './memory-kms.ts';
import { memoryRegion } from './memory-region.ts';
import { day, memorySweep, start } from './memory-sweep.ts';
import { perfectGrant } from './perfect-policy.ts';
import { rootPolicy } from './policies.ts';
import { account, region } from './records.ts';

export const arn = (n: number): string =>
  `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const iso = (time: number): string => new Date(time).toISOString();
export const owned = { owner: 'orders' };
export const broad: Grant = { ...perfectGrant, granteePrincipal: `arn:aws:iam::${account}:user/dana` };
export const good = (some: Partial<MemoryKey> = {}): MemoryKey =>
  memoryKey({ policy: rootPolicy, tags: owned, ...some });

export type SlowCall = 'tags' | 'grants';

/** Nights over one Region. `asked` has what was asked of which key in the night at hand. */
export const nightsOver = (keys: Record<string, MemoryKey>, sweep: object = {}, more: object = {}) => {
  const asked = new Set<string>();
  const denied = new Set<SlowCall>();
  const opened = (each: OpenRegion): OpenRegion => {
    const noted =
      <T>(name: SlowCall, read: (keyArn: string) => Promise<T>) =>
      async (keyArn: string) => {
        asked.add(`${name} ${keyArn}`);
        return denied.has(name) ? unknown('access-denied', `kms:${name} is not permitted: no`) : read(keyArn);
      };
    const { reader } = each;
    return { ...each, reader: { ...reader, tags: noted('tags', reader.tags), grants: noted('grants', reader.grants) } };
  };
  const house = memorySweep(
    (_, clock) => known(opened(memoryRegion({ clock, keys, pageSize: 50 }))),
    { regions: [region], ...sweep },
    { requiredTags: ['owner'], ...more },
  );
  const night = (n: number): Promise<{ readonly summary: SweepSummary }> => {
    asked.clear();
    return house.run(`n${n}`, { at: start + n * day });
  };
  const event = (keyArn: string, n: number): Promise<void> =>
    house.ledger.learn({ kind: 'touched', keyArn, at: iso(start + (n - 0.5) * day) });
  const status = (rule: string, keyArn: string) => house.finding(rule, keyArn)?.status ?? 'none';
  return { ...house, night, event, status, asked, denied };
};
