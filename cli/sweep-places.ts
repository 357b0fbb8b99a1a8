import type { Clock } from '../shared/ports.ts';
import { patiently } from '../shared/sweep/patience.ts';
import { type Places, placesOf } from '../shared/sweep/plan.ts';
import type { Estate } from '../shared/sweep/ports.ts';
import { UsageError } from './command.ts';
import type { SweepArgs } from './sweep-args.ts';

type Wanted = Pick<SweepArgs, 'accounts' | 'allAccounts' | 'regions'>;
type Ports = { readonly estate: Estate; readonly clock: Clock };

/** @throws UsageError where the credentials at hand do not work at all, or no Region is known. */
export const findPlaces = async (wanted: Wanted, ports: Ports): Promise<Places> => {
  const named = regionsOf(wanted, await ports.estate.ownRegion());
  return placesOf(await accountsOf(wanted, ports), named, ports);
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
      : `sweep: the credentials at hand could not be used: ${found.detail}; set AWS_PROFILE or keys with which "aws sts get-caller-identity" works`,
  );
};

/** Null: every Region that is enabled in the account. Without a Region at hand nothing can be asked at all. */
const regionsOf = ({ regions }: Wanted, own: string | null): readonly string[] | null => {
  if (own === null) {
    throw new UsageError(
      regions === 'all'
        ? 'sweep: no Region is set to ask first which there are: set AWS_REGION, or one in the profile'
        : 'sweep: no Region is set: give --region R, or set AWS_REGION',
    );
  }
  if (regions === 'all') return null;
  return regions.length > 0 ? regions : [own];
};
