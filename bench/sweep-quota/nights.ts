import { defaultSweep } from '../../shared/config/sweep-config.ts';
import { known } from '../../shared/facts/facts.ts';
import type { KeyRecord, LastUseRecord, SlowRecord } from '../../shared/ledger/entries.ts';
import { learned } from '../../shared/ledger/observe.ts';
import type { SweepLedger } from '../../shared/sweep/look-at-key.ts';
import { nextAsk } from '../../shared/sweep/next-ask.ts';
import { planSlowFacts } from '../../shared/sweep/slow-facts.ts';
import { lastUseAt, metadataOf, tagsOfAll } from './simulated-region.ts';

export const day = 86_400_000;
const { slowFactsEveryDays: everyDays } = defaultSweep;

type Keys = {
  readonly keyArns: readonly string[];
  readonly usedPercent: number;
  readonly thresholdInDays: number;
};

/** What the ledger knows of each key's last use. */
export type Asked = (LastUseRecord | null)[];

/** One night of asking, without the rest of a sweep; returns how many keys were asked. */
export const passNight = ({ keyArns, usedPercent, thresholdInDays }: Keys, asked: Asked, now: number): number => {
  let count = 0;
  for (const [index, keyArn] of keyArns.entries()) {
    const plan = nextAsk({ keyArn, record: asked[index] ?? null, pendingDeletion: false, thresholdInDays, now });
    if (!plan.ask) continue;
    count += 1;
    asked[index] = { answer: lastUseAt(index, usedPercent, now), askedAt: new Date(now).toISOString() };
  }
  return count;
};

/** The ledger before the busiest night of the last `watched`, when so many nights have passed. */
export const beforeBusiestNight = (
  keys: Keys,
  { start, nights, watched }: { start: number; nights: number; watched: number },
) => {
  const counts: number[] = [];
  const first: Asked = keys.keyArns.map(() => null);
  for (let night = 0; night < nights; night += 1) counts.push(passNight(keys, first, start + night * day));
  const from = nights - watched;
  const busiest = counts.indexOf(Math.max(...counts.slice(from)), from);
  const asked: Asked = keys.keyArns.map(() => null);
  for (let night = 0; night < busiest; night += 1) passNight(keys, asked, start + night * day);
  return { asked, now: start + busiest * day };
};

const needs = new Set(['tags', 'grants'] as const);

/** What the ledger knows of the tags and grants of a key whose nights went by since `start`, up to `now`. */
const slowAt = (keyArn: string, start: number, now: number): SlowRecord => {
  const quiet = ['tags', 'grants'] as const;
  let slow: SlowRecord = { askedAt: new Date(start).toISOString(), tags: tagsOfAll, quiet };
  const described = known(metadataOf(keyArn));
  for (let night = start + day; night < now; night += day) {
    const record = { keyArn, stateChanges: [], rotation: null, slow };
    const { whole } = planSlowFacts({ keyArn, described, record, needs, everyDays, now: night });
    if (whole) slow = { ...slow, askedAt: new Date(night).toISOString() };
  }
  return slow;
};

/** A ledger in memory that knows each key's state, rotation, last use, tags and grants, before the night of `now`. */
export const ledgerWith = (keyArns: readonly string[], asked: Asked, now = Number.NaN): SweepLedger => {
  const records = new Map<string, KeyRecord>();
  for (const [index, lastUse] of asked.entries()) {
    const keyArn = keyArns[index];
    if (keyArn !== undefined && lastUse !== null) {
      const slow = slowAt(keyArn, now - 3 * everyDays * day, now);
      records.set(keyArn, { keyArn, stateChanges: [], rotation: null, lastUse, slow });
    }
  }
  return {
    key: (keyArn) => Promise.resolve(records.get(keyArn) ?? null),
    learn: (observation) => {
      records.set(observation.keyArn, learned(records.get(observation.keyArn) ?? null, observation));
      return Promise.resolve();
    },
    policies: () => Promise.resolve([]),
    learnPolicy: () => Promise.resolve(),
  };
};
