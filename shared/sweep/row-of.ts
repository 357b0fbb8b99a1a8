import type { Facts, KeyMetadata } from '../facts/facts.ts';
import { rotationUnsupported } from '../facts/rotation-support.ts';
import type { KeyRecord } from '../ledger/entries.ts';
import { isPending } from '../remedies/await-state.ts';
import { monthlyCost } from '../rules/sweep/cost.ts';
import type { KeyRow } from './key-row.ts';

type Place = { readonly keyArn: string; readonly account: string; readonly region: string };

/** What a look shows of a key; the ledger still knows the last use where it was not asked for this time. */
export const rowOf = (facts: Facts, record: KeyRecord | null): KeyRow => {
  const { aliases, metadata, tags, lastUse } = facts;
  return {
    ...unreadRow(facts),
    aliases: aliases.known ? aliases.value : null,
    tags: tags.known ? tags.value : null,
    lastUse: lastUse.known ? lastUse.value : (record?.lastUse?.answer ?? null),
    ...(metadata.known ? described(metadata.value) : {}),
    ...rotationOf(facts),
  };
};

/** A key of which nothing could be read. */
export const unreadRow = ({ keyArn, account, region }: Place): KeyRow => ({
  keyArn,
  account,
  region,
  aliases: null,
  state: null,
  keySpec: null,
  keyUsage: null,
  origin: null,
  multiRegion: null,
  created: null,
  deletionDate: null,
  rotation: null,
  rotationPeriodInDays: null,
  lastUse: null,
  tags: null,
  monthlyCostInUsd: null,
});

const described = (key: KeyMetadata) => ({
  state: key.keyState,
  keySpec: key.keySpec,
  keyUsage: key.keyUsage,
  origin: key.origin,
  multiRegion: key.multiRegion?.type ?? ('none' as const),
  created: key.creationDate,
  deletionDate: key.deletionDate,
  monthlyCostInUsd: costOf(key),
});

/** Keys pending deletion are not billed. How often a key rotated is not known: each of the first two times costs as much again. */
const costOf = (key: KeyMetadata): number | null => {
  if (isPending(key.keyState)) return 0;
  const { usdFrom, usdTo } = monthlyCost(key);
  return usdFrom === usdTo ? usdFrom : null;
};

/** While a key is pending deletion KMS tells nothing of its rotation. */
const rotationOf = ({ metadata, rotation }: Facts): Pick<KeyRow, 'rotation' | 'rotationPeriodInDays'> => {
  if (metadata.known && rotationUnsupported(metadata.value) !== null) {
    return { rotation: 'unsupported', rotationPeriodInDays: null };
  }
  if (!rotation.known || isPending(rotation.value.keyState)) return { rotation: null, rotationPeriodInDays: null };
  const { enabled, periodInDays } = rotation.value;
  return { rotation: enabled ? 'on' : 'off', rotationPeriodInDays: enabled ? periodInDays : null };
};
