import { type Fact, known, type Unknown } from '../facts/facts.ts';
import type { Clock } from '../ports.ts';
import { patiently } from './patience.ts';
import type { KeyLister } from './ports.ts';

type Listing = { readonly lister: KeyLister; readonly clock: Pick<Clock, 'sleep'> };

/** The aliases of a Region by key id, with their `alias/` prefix. */
export type AliasIndex = ReadonlyMap<string, readonly string[]>;

/** One paged scan for the whole Region: a call for a hundred aliases instead of one for each key. */
export const readAliases = async ({ lister, clock }: Listing): Promise<Fact<AliasIndex>> => {
  const index = new Map<string, string[]>();
  let marker: string | null = null;
  do {
    const page = await patiently(clock, () => lister.aliases(marker));
    if (!page.known) return page;
    for (const { name, keyId } of page.value.aliases) {
      const names = index.get(keyId);
      if (names === undefined) index.set(keyId, [name]);
      else names.push(name);
    }
    marker = page.value.next;
  } while (marker !== null);
  return known(index);
};

/** AWS alone makes aliases under `alias/aws/`, and only for its managed keys. */
export const isAwsManaged = (aliases: readonly string[] | undefined): boolean =>
  aliases?.some((name) => name.startsWith('alias/aws/')) ?? false;

/** Where a sweep goes on: the page of `marker`, behind the key `after`. */
export type SweepCursor = { readonly marker: string | null; readonly after: string | null };

export type ListedKey = { readonly keyArn: string /** Where to go on behind it. */; readonly behind: SweepCursor };

/**
 * The keys of a Region from `cursor` on. A key that has gone since is no place to go on from: then its whole page comes again.
 * Ends with why, where a page could not be read; `first` where that was the first page.
 */
export async function* listKeys(
  { lister, clock }: Listing,
  cursor: SweepCursor | null,
  onFailure: (why: Unknown, at: SweepCursor) => void,
): AsyncGenerator<ListedKey> {
  let marker = cursor?.marker ?? null;
  let after = cursor?.after ?? null;
  do {
    const page = await patiently(clock, () => lister.keys(marker));
    if (!page.known) return onFailure(page, { marker, after });
    const { keyArns, next }: { readonly keyArns: readonly string[]; readonly next: string | null } = page.value;
    for (const keyArn of keyArns.slice(after === null ? 0 : keyArns.indexOf(after) + 1)) {
      yield { keyArn, behind: { marker, after: keyArn } };
    }
    [marker, after] = [next, null];
  } while (marker !== null);
}
