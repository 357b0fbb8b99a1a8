import { compliant, defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { cut, undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';

/**
 * Whoever finds a key in trouble must find its owner. Tag keys are compared as AWS compares them: `Owner` is not `owner`.
 * KMS developer guide, "Tags in AWS KMS".
 */
export const keyUntagged = defineRule({
  id: 'key-untagged',
  title: 'A key lacks a required tag',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'tags'],
  remedy: null,
  asks: ({ requiredTags }) => requiredTags.length > 0,
  controls: ['Config KMS_KEY_TAGGED'],
  messages: { ...undeterminedTexts, missing: 'Required tags are missing or empty: {missing}' },
  remediation:
    'Tag the key (TagResource). If its policy decides by tags who gets in, ask first what the tag would permit.',
  judge: ({ facts, config: { requiredTags } }) => {
    if (requiredTags.length === 0) return notApplicable;
    return judgeCustomerKey(facts, (key): Verdict => {
      // KMS refuses to tag a key that is to be deleted.
      if (isPendingDeletion(key)) return notApplicable;
      const { tags } = facts;
      if (!tags.known) return undeterminedBy('tags', tags);
      const missing = requiredTags.filter((tag) => !hasValue(tags.value, tag));
      return missing.length === 0 ? compliant : violation('missing', { missing: missing.map((tag) => cut(tag, 128)) });
    });
  },
});

const hasValue = (tags: Readonly<Record<string, string>>, tag: string): boolean =>
  Object.hasOwn(tags, tag) && tags[tag]?.trim() !== '';
