import type { KeyMetadata } from '../../shared/facts/facts.ts';
import { customKeyStoreDisconnected } from '../../shared/rules/custom-key-store-disconnected.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const stored = (some: Partial<KeyMetadata> = {}) =>
  swept({}, { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1', keyState: 'Unavailable', ...some });

const columns = {
  compliant: [
    { name: 'its key store is connected', input: stored({ keyState: 'Enabled' }) },
    { name: 'disabled, and its key store is connected', input: stored({ keyState: 'Disabled' }) },
    {
      name: 'of no custom key store',
      verdict: 'notApplicable',
      input: stored({ origin: 'AWS_KMS', customKeyStoreId: null, keyState: 'Enabled' }),
    },
    ...notSwept(stored()),
  ],
  violating: [
    {
      name: 'of a CloudHSM key store',
      message: 'unavailable',
      severity: 'high',
      input: stored(),
      data: { customKeyStoreId: 'cks-1' },
    },
    { name: 'of an external key store', message: 'unavailable', input: stored({ origin: 'EXTERNAL_KEY_STORE' }) },
    {
      name: 'unavailable, without the id of a key store',
      message: 'unavailable',
      input: stored({ customKeyStoreId: null }),
      data: { customKeyStoreId: null },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(customKeyStoreDisconnected, columns);
reachesEveryText(customKeyStoreDisconnected, columns.violating);
