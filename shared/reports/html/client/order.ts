import type { PageKey } from './keys.ts';

/** How each column sorts; null, which is "not known", always comes last. */
type Value = string | number | null;

const lower = (text: string): string => text.toLowerCase();

const usedRank = ({ lastUse }: PageKey): Value => {
  if (lastUse === null) return null;
  // Never used is longest ago; not on record is before anything that is.
  return lastUse[0] === 'used' ? lastUse[1] : lastUse[0] === 'never' ? '0' : '1';
};

const values: Readonly<Record<string, (key: PageKey) => Value>> = {
  name: ({ aliases, id }) => lower(aliases?.[0] ?? `~${id}`),
  account: ({ accountName, account }) => lower(`${accountName === '' ? '~' : accountName}${account}`),
  region: ({ region }) => region,
  state: ({ state }) => state,
  rotation: ({ rotation }) => (rotation === 'not read' ? null : rotation),
  used: usedRank,
  findings: ({ worst, counts }) => worst * 1e9 + counts.open * 1e6 + counts.undecided * 1e3 + counts.waived,
  cost: ({ cost }) => (cost === null ? null : cost[0] + cost[1]),
};

export type Direction = 'ascending' | 'descending';

/** A new list in the order of a column; keys that are alike stay as the report has them. */
export const inOrder = (keys: readonly PageKey[], column: string, direction: Direction): readonly PageKey[] => {
  const valueOf = values[column];
  if (valueOf === undefined) return keys;
  const sign = direction === 'ascending' ? 1 : -1;
  const valued = keys.map((key) => ({ key, value: valueOf(key) }));
  valued.sort(({ value: one }, { value: other }) => {
    if (one === null || other === null) return (one === null ? 1 : 0) - (other === null ? 1 : 0);
    return one < other ? -sign : one > other ? sign : 0;
  });
  return valued.map(({ key }) => key);
};
