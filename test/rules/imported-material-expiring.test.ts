import type { KeyMetadata } from '../../shared/facts/facts.ts';
import { importedMaterialExpiring } from '../../shared/rules/imported-material-expiring.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

/** Imported material that expires so many days from now. */
const until = (days: number, some: Partial<KeyMetadata> = {}, config: object = {}) =>
  swept({}, { origin: 'EXTERNAL', expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: daysAgo(-days), ...some }, config);

const columns = {
  compliant: [
    { name: 'material for ever', input: until(1, { expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE', validTo: null }) },
    { name: 'a day more than the notice', input: until(31) },
    {
      name: 'within 30 days, but a shorter notice',
      input: until(20, {}, { importedMaterial: { expiryNoticeInDays: 19 } }),
    },
    { name: 'material made by KMS', verdict: 'notApplicable', input: until(1, { origin: 'AWS_KMS' }) },
    { name: 'the material is gone already', verdict: 'notApplicable', input: until(1, { keyState: 'PendingImport' }) },
    ...notSwept(until(1)),
  ],
  violating: [
    {
      name: 'as many days as the notice',
      message: 'expiring',
      severity: 'medium',
      input: until(30),
      data: { days: 30, validTo: daysAgo(-30) },
    },
    { name: 'part of a day counts as a day', message: 'expiring', input: until(29.5), data: { days: 30 } },
    { name: 'eight days', message: 'expiring', severity: 'medium', input: until(8) },
    { name: 'a week', message: 'expiring', severity: 'high', input: until(7) },
    {
      name: 'a disabled key loses its material as well',
      message: 'expiring',
      input: until(7, { keyState: 'Disabled' }),
    },
    {
      name: 'a longer notice',
      message: 'expiring',
      input: until(60, {}, { importedMaterial: { expiryNoticeInDays: 60 } }),
    },
    { name: 'a minute ago', message: 'expired', severity: 'high', input: until(-0.001), data: { days: 0 } },
    { name: 'now', message: 'expired', input: until(0), data: { days: 0 } },
    {
      name: 'expires, but nobody knows when',
      verdict: 'undetermined',
      message: 'undated',
      input: until(400, { validTo: null }),
    },
    {
      name: 'DescribeKey does not tell',
      verdict: 'undetermined',
      message: 'unknownModel',
      input: until(400, { expirationModel: null, validTo: null }),
      data: { expirationModel: 'nothing' },
    },
    {
      name: 'a model that AWS adds later',
      verdict: 'undetermined',
      message: 'unknownModel',
      input: until(400, { expirationModel: 'KEY_MATERIAL_FADES' }),
      data: { expirationModel: 'KEY_MATERIAL_FADES' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(importedMaterialExpiring, columns);
reachesEveryText(importedMaterialExpiring, columns.violating);
