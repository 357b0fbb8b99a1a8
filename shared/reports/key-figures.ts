import { daysSince } from '../facts/age.ts';
import type { KeyRow } from '../sweep/key-row.ts';
import { byWorst, standingOf } from './finding-lines.ts';
import { byPlace, byText } from './order.ts';
import type { ReportFinding } from './report-input.ts';
import type { Figures, KeyLine, LastUseSpan, MonthlyCost, PendingDeletion, UnusedInAccount } from './report.ts';

/** Each key with what stands about it, those with the worst findings first. */
export const keyLines = (rows: readonly KeyRow[], findings: readonly ReportFinding[]): readonly KeyLine[] => {
  const found = Map.groupBy(findings, ({ keyArn }) => keyArn);
  const once = new Map(rows.map((row) => [row.keyArn, row]));
  return [...once.values()]
    .map((row) => {
      const { open, undetermined, waived, worst } = standingOf(found.get(row.keyArn) ?? []);
      return { ...row, open, undetermined, waived, worst };
    })
    .sort(byGravity);
};

/** As the page sorts by findings: what could not be decided stands before what is in order. */
const byGravity = (one: KeyLine, other: KeyLine): number =>
  byWorst(one, other) ||
  other.open - one.open ||
  other.undetermined - one.undetermined ||
  other.waived - one.waived ||
  byPlace(one, other);

/** `now`: milliseconds since the epoch, when the keys were looked at. */
export const keyFigures = (keys: readonly KeyLine[], findings: readonly ReportFinding[], now: number): Figures => ({
  rotation: countRotation(keys),
  lastUse: countLastUse(keys, now),
  pendingDeletions: keys.filter(isPending).map(pendingDeletion).sort(bySoonest),
  ...unusedFigures(keys, findings),
});

export const isPending = ({ state }: Pick<KeyRow, 'state'>): boolean =>
  state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

/** Of a key that waits for deletion KMS tells no more than that it does not rotate it. KMS API, GetKeyRotationStatus. */
export const shownRotation = (key: Pick<KeyRow, 'rotation' | 'state'>): KeyRow['rotation'] =>
  key.rotation ?? (isPending(key) ? 'off' : null);

const pendingDeletion = ({ keyArn, account, region, aliases, lastUse, deletionDate }: KeyRow): PendingDeletion => ({
  keyArn,
  account,
  region,
  aliases,
  lastUse,
  deletionDate,
});

const bySoonest = (one: PendingDeletion, other: PendingDeletion): number =>
  byText(one.deletionDate ?? '~', other.deletionDate ?? '~') || byPlace(one, other);

/** While a key is pending deletion its rotation reads as off and means nothing. KMS API, GetKeyRotationStatus. */
const countRotation = (keys: readonly KeyLine[]): Figures['rotation'] => {
  const counts = { on: 0, off: 0, unsupported: 0, unread: 0 };
  for (const key of keys) if (!isPending(key)) counts[key.rotation ?? 'unread'] += 1;
  return counts;
};

const countLastUse = (keys: readonly KeyLine[], now: number): Figures['lastUse'] => {
  const counts = { week: 0, month: 0, quarter: 0, year: 0, older: 0, never: 0, untracked: 0, unread: 0 };
  for (const { lastUse } of keys) counts[spanOf(lastUse, now)] += 1;
  return counts;
};

export const spanOf = (lastUse: KeyRow['lastUse'], now: number): LastUseSpan => {
  if (lastUse === null) return 'unread';
  if (lastUse.use === 'never') return 'never';
  if (lastUse.use === 'unknown') return 'untracked';
  const days = daysSince(lastUse.at, now);
  if (Number.isNaN(days)) return 'unread';
  if (days <= 7) return 'week';
  if (days <= 30) return 'month';
  if (days <= 90) return 'quarter';
  return days <= 365 ? 'year' : 'older';
};

type Priced = { readonly account: string; readonly cost: MonthlyCost | null };

/** The keys that `key-unused` found; a waiver makes none of them cheaper. */
const unusedFigures = (
  keys: readonly KeyLine[],
  findings: readonly ReportFinding[],
): Pick<Figures, 'unused' | 'unusedTotal'> => {
  const prices = new Map(keys.map(({ keyArn, monthlyCostInUsd }) => [keyArn, monthlyCostInUsd]));
  const priced = findings
    .filter(({ rule, verdict, status }) => rule === 'key-unused' && verdict === 'violation' && status !== 'resolved')
    .map((finding) => ({ account: finding.account, cost: costOf(finding, prices.get(finding.keyArn ?? '') ?? null) }));
  const unused = [...Map.groupBy(priced, ({ account }) => account)]
    .map(([account, list]): UnusedInAccount => ({ account, ...total(list) }))
    .sort((one, other) => other.usdFrom - one.usdFrom || other.keys - one.keys || byText(one.account, other.account));
  return { unused, unusedTotal: total(priced) };
};

const costOf = ({ data }: ReportFinding, price: number | null): MonthlyCost | null => {
  if (price !== null) return { usdFrom: price, usdTo: price };
  const { usdFrom, usdTo } = data;
  return typeof usdFrom === 'number' && typeof usdTo === 'number' ? { usdFrom, usdTo } : null;
};

const total = (priced: readonly Priced[]): Omit<UnusedInAccount, 'account'> => ({
  keys: priced.length,
  unpriced: priced.filter(({ cost }) => cost === null).length,
  usdFrom: priced.reduce((sum, { cost }) => sum + (cost?.usdFrom ?? 0), 0),
  usdTo: priced.reduce((sum, { cost }) => sum + (cost?.usdTo ?? 0), 0),
});
