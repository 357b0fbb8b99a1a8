import { type Fact, type KeyMetadata, known, type LastUse, unknown } from '../../shared/facts/facts.ts';
import { importedMaterialRemoved } from '../../shared/rules/imported-material-removed.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const used = known<LastUse>({ use: 'used', at: daysAgo(3), operation: 'Encrypt' });
const without = (lastUse: Fact<LastUse> = used, some: Partial<KeyMetadata> = {}) =>
  swept({ lastUse }, { origin: 'EXTERNAL', keyState: 'PendingImport', ...some });

const columns = {
  compliant: [
    { name: 'it has its material', input: without(used, { keyState: 'Enabled' }) },
    { name: 'disabled, with its material', input: without(used, { keyState: 'Disabled' }) },
    { name: 'material made by KMS', verdict: 'notApplicable', input: without(used, { origin: 'AWS_KMS' }) },
    ...notSwept(without()),
  ],
  violating: [
    {
      name: 'a key that was used',
      message: 'removed',
      severity: 'critical',
      input: without(),
      data: { at: daysAgo(3), operation: 'Encrypt' },
    },
    {
      name: 'a new key that waits for its material',
      message: 'awaited',
      severity: 'low',
      input: without(known({ use: 'never', since: daysAgo(0) })),
      data: { since: daysAgo(0) },
    },
    {
      name: 'older than the record of uses',
      message: 'usedUnknown',
      severity: 'high',
      input: without(known({ use: 'unknown', trackedSince: daysAgo(200) })),
      data: { detail: `the record of uses begins on ${daysAgo(200)}` },
    },
    {
      name: 'the last use cannot be read: the material is gone all the same',
      message: 'usedUnknown',
      severity: 'high',
      input: without(unknown('access-denied', 'kms:GetKeyLastUsage')),
      data: { detail: 'kms:GetKeyLastUsage' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(importedMaterialRemoved, columns);
reachesEveryText(importedMaterialRemoved, columns.violating);
