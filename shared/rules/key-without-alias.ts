import { compliant, defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';

/**
 * An alias says what a key is for, and lets another key take its place without a change of the applications.
 * KMS developer guide, "Aliases in AWS KMS".
 */
export const keyWithoutAlias = defineRule({
  id: 'key-without-alias',
  title: 'No alias points at a key',
  guard: 'sweep',
  severity: 'info',
  watches: [],
  sweep: true,
  needs: ['metadata', 'aliases'],
  remedy: null,
  controls: [],
  messages: { ...undeterminedTexts, none: 'No alias points at the key' },
  remediation: 'Give the key an alias that says what it is for (CreateAlias), and let applications name the alias.',
  judge: ({ facts }) =>
    judgeCustomerKey(facts, (key): Verdict => {
      // KMS gives no alias to a key that is to be deleted.
      if (isPendingDeletion(key)) return notApplicable;
      const { aliases } = facts;
      if (!aliases.known) return undeterminedBy('aliases', aliases);
      return aliases.value.length > 0 ? compliant : violation('none', {});
    }),
});
