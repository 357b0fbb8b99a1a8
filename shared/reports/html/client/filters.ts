import type { PageKey } from './keys.ts';

export type Wanted = {
  readonly search: string;
  readonly findings: string;
  readonly state: string;
  readonly rotation: string;
  readonly account: string;
  readonly region: string;
};

const findingFilters: Readonly<Record<string, (key: PageKey) => boolean>> = {
  'critical or high': ({ worst }) => worst >= 4,
  open: ({ counts }) => counts.open > 0,
  undecided: ({ counts }) => counts.undecided > 0,
  waived: ({ counts }) => counts.waived > 0,
  none: ({ findings }) => findings.length === 0,
};

export const findingChoices: readonly string[] = Object.keys(findingFilters);

const searchable = new WeakMap<PageKey, string>();

/** What a search looks through, made at the first search. */
const textOf = (key: PageKey): string => {
  const known = searchable.get(key);
  if (known !== undefined) return known;
  const { arn, aliases, accountName, account, region, tags } = key;
  const parts = [arn, ...(aliases ?? []), accountName, account, region, ...(tags ?? []).map((tag) => tag.join('='))];
  const text = parts.join('\n').toLowerCase();
  searchable.set(key, text);
  return text;
};

/** Every word must be somewhere in the key. */
export const matching = (keys: readonly PageKey[], wanted: Wanted): readonly PageKey[] => {
  const words = wanted.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = findingFilters[wanted.findings];
  return keys.filter(
    (key) =>
      (wanted.state === '' || key.state === wanted.state) &&
      (wanted.rotation === '' || key.rotation === wanted.rotation) &&
      (wanted.account === '' || key.account === wanted.account) &&
      (wanted.region === '' || key.region === wanted.region) &&
      (found === undefined || found(key)) &&
      words.every((word) => textOf(key).includes(word)),
  );
};
