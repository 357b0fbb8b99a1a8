import { known, type LastUse, unknown } from '../../shared/facts/facts.ts';
import { keyUnused } from '../../shared/rules/key-unused.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const seen = (lastUse: LastUse, ...more: Parameters<typeof swept> extends [unknown?, ...infer Rest] ? Rest : never) =>
  swept({ lastUse: known(lastUse) }, ...more);
const used = (days: number): LastUse => ({ use: 'used', at: daysAgo(days), operation: 'Decrypt' });
const never = (days: number): LastUse => ({ use: 'never', since: daysAgo(days) });
const untracked = (days: number): LastUse => ({ use: 'unknown', trackedSince: daysAgo(days) });
const strict = { deletion: { unusedForDays: 30 } };

const columns = {
  compliant: [
    { name: 'used yesterday', input: seen(used(1)) },
    { name: 'used one day short of the threshold', input: seen(used(89)) },
    { name: 'never used, but new', input: seen(never(89)) },
    {
      name: 'used long ago, but the configuration waits longer',
      input: seen(used(100), {}, { deletion: { unusedForDays: 101 } }),
    },
    { name: 'disabled, and used lately', input: seen(used(10), { keyState: 'Disabled' }) },
    ...notSwept(seen(used(400))),
  ],
  violating: [
    {
      name: 'last used on the day of the threshold',
      message: 'unused',
      severity: 'low',
      input: seen(used(90)),
      data: { days: 90, unusedForDays: 90, operation: 'Decrypt', usdFrom: 1, usdTo: 3, cost: '1 to 3 USD' },
    },
    {
      name: 'a stricter configuration',
      message: 'unused',
      input: seen(used(30), {}, strict),
      data: { unusedForDays: 30 },
    },
    {
      name: 'never used since it was made',
      message: 'neverUsed',
      input: seen(never(90)),
      data: { since: daysAgo(90) },
    },
    { name: 'disabled: it costs the same', message: 'unused', input: seen(used(400), { keyState: 'Disabled' }) },
    {
      name: 'a signing key, which never rotates: the price is known',
      message: 'unused',
      input: seen(used(400), { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }),
      data: { usdFrom: 1, usdTo: 1, cost: '1 USD' },
    },
    {
      name: 'imported material, which may have been rotated on demand',
      message: 'unused',
      input: seen(used(400), { origin: 'EXTERNAL' }),
      data: { cost: '1 to 3 USD' },
    },
    {
      name: 'a key of a custom key store',
      message: 'neverUsed',
      input: seen(never(400), { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }),
      data: { cost: '1 USD' },
    },
    {
      name: 'older than the record, which is long: nobody knows of uses before',
      verdict: 'undetermined',
      message: 'quietSinceTracking',
      input: seen(untracked(90)),
      data: { days: 90, trackedSince: daysAgo(90), cost: '1 to 3 USD' },
    },
    {
      name: 'older than the record, which is short',
      verdict: 'undetermined',
      message: 'untracked',
      input: seen(untracked(89)),
    },
    {
      name: 'the last use cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ lastUse: unknown('access-denied', 'kms:GetKeyLastUsage') }),
      data: { fact: 'last use', reason: 'access-denied' },
    },
    {
      name: 'a last use without a date',
      verdict: 'undetermined',
      message: 'undated',
      input: seen({ use: 'used', at: 'recently', operation: 'Decrypt' }),
      data: { date: 'recently' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(keyUnused, columns);
reachesEveryText(keyUnused, columns.violating);
