import * as z from 'zod/mini';
import type { GuardConfig } from '../config/config.ts';
import { type Fact, known } from '../facts/facts.ts';
import type { Clock } from '../ports.ts';
import { concurrently } from './concurrently.ts';
import { beginSweep } from './open-sweeps.ts';
import { patiently } from './patience.ts';
import type { Estate } from './ports.ts';
import { placesKey, type ResultStore, type SweepId, sweepId, type SweepPlace, unplannedKey } from './result-store.ts';
import { type RegionReport, unreadableRegion } from './sweep-report.ts';

/** Where to look, and what cannot be looked at because nobody says which Regions it has. */
export type Places = { readonly places: readonly SweepPlace[]; readonly unreadable: readonly RegionReport[] };

export const planTaskSchema = z.object({ id: z.string(), startedAt: z.string() });

export type PlanPorts = {
  readonly estate: Pick<Estate, 'ownAccount' | 'accounts' | 'regions'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly results: Pick<ResultStore, 'get' | 'put'>;
};

/** What the state machine goes on with: the work list is an object of its own, however long it is. */
export type Planned = { readonly sweep: SweepId; readonly placesKey: string; readonly places: number };

/** Accounts x Regions as the configuration names them, written down for the Distributed Map. @throws RetryableFault */
export const planSweep = async (
  task: z.infer<typeof planTaskSchema>,
  config: Pick<GuardConfig, 'sweep'>,
  ports: PlanPorts,
): Promise<Planned> => {
  const begun = sweepId(task);
  const { accounts, unreadable: unlisted } = await accountsOf(config, ports);
  const { regions } = config.sweep;
  const found = await placesOf(accounts, regions === 'enabled' ? null : regions, ports);
  await ports.results.put(unplannedKey(begun), JSON.stringify([...unlisted, ...found.unreadable]));
  await ports.results.put(placesKey(begun), JSON.stringify(found.places));
  const untoldSince = await beginSweep(ports.results, begun);
  const sweep = untoldSince === null ? begun : { ...begun, untoldSince };
  return { sweep, placesKey: placesKey(sweep), places: found.places.length };
};

type Accounts = { readonly accounts: readonly string[]; readonly unreadable: readonly RegionReport[] };

/** An organization that cannot be listed hides the others, but not the own account. */
const accountsOf = async ({ sweep }: Pick<GuardConfig, 'sweep'>, ports: PlanPorts): Promise<Accounts> => {
  if (Array.isArray(sweep.accounts)) return { accounts: [...new Set(sweep.accounts)], unreadable: [] };
  const own = await ownAccount(ports);
  if (sweep.accounts !== 'organization') {
    return own.known
      ? { accounts: own.value, unreadable: [] }
      : { accounts: [], unreadable: [unreadableRegion('own', 'all', own.detail)] };
  }
  const members = await patiently(ports.clock, ports.estate.accounts);
  if (members.known) return { accounts: members.value, unreadable: [] };
  const reason = `the organization's accounts could not be listed: ${members.detail}`;
  return {
    accounts: own.known ? own.value : [],
    unreadable: [unreadableRegion('organization', 'all', reason)],
  };
};

const ownAccount = ({ estate, clock }: PlanPorts): Promise<Fact<readonly string[]>> =>
  patiently(clock, async () => {
    const own = await estate.ownAccount();
    return own.known ? known([own.value]) : own;
  });

/** Accounts that are asked for their Regions at the same time. */
const accountsAtOnce = 16;

/** Each account with the Regions `named`, or with those that are enabled in it (null). */
export const placesOf = async (
  accounts: readonly string[],
  named: readonly string[] | null,
  { estate, clock }: Pick<PlanPorts, 'estate' | 'clock'>,
): Promise<Places> => {
  const places: SweepPlace[] = [];
  const unreadable: RegionReport[] = [];
  const ask = async (account: string) => {
    const regions = named === null ? await patiently(clock, () => estate.regions(account)) : known([...new Set(named)]);
    return { account, regions };
  };
  for await (const { account, regions } of concurrently(each(accounts), accountsAtOnce, ask)) {
    if (regions.known) places.push(...regions.value.map((region) => ({ account, region })));
    else unreadable.push(unreadableRegion(account, 'all', regions.detail));
  }
  return { places: places.sort(byPlace), unreadable };
};

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const byPlace = (one: SweepPlace, other: SweepPlace): number =>
  one.account.localeCompare(other.account) || one.region.localeCompare(other.region);
