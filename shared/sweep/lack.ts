import { type FactName, type Facts, factNames, type Unknown } from '../facts/facts.ts';

/** Something that could not be read, and the permission that would help, where one is missing. */
export type Lack = {
  /** Such as `kms:DescribeKey`; null where it is no matter of permission. */
  readonly permission: string | null;
  readonly reason: string;
};

/** As the adapters word a refusal. */
const refusal = /^([a-z0-9-]+:\w+) is not permitted/;

export const lackOf = ({ reason, detail }: Unknown): Lack => ({
  permission: reason === 'access-denied' ? (refusal.exec(detail)?.[1] ?? null) : null,
  reason: detail,
});

/**
 * What of the asked facts could not be read, each want once. A key without rotation is no lack; aliases are the Region's, see
 * its end.
 */
export const lacksOf = (facts: Facts, asked: ReadonlySet<FactName>): readonly Lack[] => {
  const all = factNames.flatMap((name) => {
    const fact = facts[name];
    const lacks =
      name !== 'aliases' &&
      asked.has(name) &&
      !fact.known &&
      (fact.reason === 'access-denied' || fact.reason === 'failed');
    return lacks ? [lackOf(fact)] : [];
  });
  return [...new Map(all.map((lack) => [lack.reason, lack])).values()];
};

/** One line for a Region: `kms:GetKeyPolicy is not permitted for 3 keys`. */
export const lacksText = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${what} for ${count} ${count === 1 ? 'key' : 'keys'}`)
    .join('; ');

export const lackName = ({ permission, reason }: Lack): string =>
  permission === null ? reason : `${permission} is not permitted`;
