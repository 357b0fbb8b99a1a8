import type { Clock } from '../shared/ports.ts';
import { patiently } from '../shared/sweep/patience.ts';
import type { Estate } from '../shared/sweep/ports.ts';
import { type RegionReport, unreadableRegion } from '../shared/sweep/sweep-report.ts';
import { UsageError } from './command.ts';
import type { SweepArgs } from './sweep-args.ts';

export type Place = { readonly account: string; readonly region: string };

/** Where to look, and what cannot be looked at because nobody says which Regions it has. */
export type Places = { readonly places: readonly Place[]; readonly unreadable: readonly RegionReport[] };

type Wanted = Pick<SweepArgs, 'accounts' | 'allAccounts' | 'regions'>;
type Ports = { readonly estate: Estate; readonly clock: Clock };

/** @throws UsageError where the credentials at hand do not work at all, or no Region is known. */
export const findPlaces = async (wanted: Wanted, ports: Ports): Promise<Places> => {
  const accounts = await accountsOf(wanted, ports);
  const named = await regionsOf(wanted, ports);
  const found = await Promise.all(accounts.map((account) => placesIn(account, named, ports)));
  return { places: found.flatMap(({ places }) => places), unreadable: found.flatMap(({ unreadable }) => unreadable) };
};

const accountsOf = async ({ accounts, allAccounts }: Wanted, { estate, clock }: Ports): Promise<readonly string[]> => {
  if (accounts.length > 0) return accounts;
  const found = allAccounts
    ? await patiently(clock, estate.accounts)
    : await patiently(clock, async () => {
        const own = await estate.ownAccount();
        return own.known ? { known: true, value: [own.value] } : own;
      });
  if (found.known) return found.value;
  throw new UsageError(
    allAccounts
      ? `sweep: the organization's accounts could not be listed: ${found.detail}`
      : `sweep: the credentials at hand could not be used: ${found.detail}`,
  );
};

/** Null: every Region that is enabled in the account. */
const regionsOf = async ({ regions }: Wanted, { estate }: Ports): Promise<readonly string[] | null> => {
  if (regions === 'all') return null;
  if (regions.length > 0) return regions;
  const own = await estate.ownRegion();
  if (own === null) throw new UsageError('sweep: no Region is set: give --region R, or --region all');
  return [own];
};

const placesIn = async (
  account: string,
  named: readonly string[] | null,
  { estate, clock }: Ports,
): Promise<Places> => {
  if (named !== null) return { places: named.map((region) => ({ account, region })), unreadable: [] };
  const regions = await patiently(clock, () => estate.regions(account));
  return regions.known
    ? { places: regions.value.map((region) => ({ account, region })), unreadable: [] }
    : { places: [], unreadable: [unreadableRegion(account, 'all', regions.detail)] };
};
