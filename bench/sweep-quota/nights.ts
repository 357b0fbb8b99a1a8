import type { KeyRecord, LastUseRecord } from '../../shared/ledger/entries.ts';
import { learned } from '../../shared/ledger/observe.ts';
import type { SweepLedger } from '../../shared/sweep/look-at-key.ts';
import { nextAsk } from '../../shared/sweep/next-ask.ts';
import { lastUseAt } from './simulated-region.ts';

export const day = 86_400_000;

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

/** A ledger in memory that knows each key's state, rotation and last use. */
export const ledgerWith = (keyArns: readonly string[], asked: Asked): SweepLedger => {
  const records = new Map<string, KeyRecord>();
  for (const [index, lastUse] of asked.entries()) {
    const keyArn = keyArns[index];
    if (keyArn !== undefined && lastUse !== null) {
      records.set(keyArn, { keyArn, stateChanges: [], rotation: null, lastUse });
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
