import { compliant, defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedTexts, violation } from './reason.ts';
import { judgeCustomerKey } from './sweep/customer-key.ts';

/**
 * A key store that is disconnected takes all of its keys with it, at once and without a waiting period.
 * KMS developer guide, "Key states of AWS KMS keys". A key pending deletion keeps that state.
 */
export const customKeyStoreDisconnected = defineRule({
  id: 'custom-key-store-disconnected',
  title: 'A key cannot be used: its custom key store is disconnected',
  guard: 'sweep',
  severity: 'high',
  watches: [],
  sweep: true,
  needs: ['metadata'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    unavailable:
      'The key is Unavailable: its custom key store {customKeyStoreId} is disconnected, and every use of the key fails',
  },
  remediation:
    'Connect the key store again (ConnectCustomKeyStore); DescribeCustomKeyStores tells why it is not. If that was on purpose, waive its keys.',
  judge: ({ facts }) =>
    judgeCustomerKey(facts, ({ keyState, customKeyStoreId }): Verdict => {
      if (keyState === 'Unavailable') return violation('unavailable', { customKeyStoreId });
      if (customKeyStoreId === null || keyState.startsWith('Pending')) return notApplicable;
      return compliant;
    }),
});
