import type { Call, CallOf } from '../calls/call.ts';
import type { GuardConfig } from '../config/config.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Reason, type Verdict } from './define-rule.ts';
import { keysReadBy } from './policy/keys-read.ts';
import { cut, reasonsOf, undeterminedBy, undeterminedTexts } from './reason.ts';

const texts = {
  decides: 'The key policy decides by the tag {tag} who gets in',
  protects: 'The tag {tag} protected the key from deletion (deletion.protectedTags)',
} as const;
const reason = reasonsOf(texts);

/**
 * Who can tag a key can change who gets in, and untag it out of the guard's sight.
 * KMS developer guide, "ABAC for AWS KMS"; KMS API reference, TagResource.
 */
export const accessTagChanged = defineRule({
  id: 'access-tag-changed',
  title: 'A tag was changed by which somebody gets in, or the guard protects the key',
  guard: 'policy-guard',
  severity: 'high',
  watches: ['TagResource', 'UntagResource'],
  sweep: false,
  needs: ['policy'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...texts,
    changed: '{operation} changed tags on which something depends: {tags}',
    omitted: 'Which tags {operation} changed is unknown: CloudTrail left the request out for its size',
    unparsed: 'The key policy cannot be read: whether {operation} changed who gets in is unknown',
  },
  remediation:
    'Set the tag back to its former value, and give kms:TagResource and kms:UntagResource only to administrators.',
  judge: ({ call, facts, config }) => {
    if (!isTagCall(call) || call.failure !== null || call.dryRun) return notApplicable;
    return judgeTags(call, { facts, config });
  },
});

type TagCall = CallOf<'TagResource' | 'UntagResource'>;
const isTagCall = (call: Call | null): call is TagCall =>
  call?.operation === 'TagResource' || call?.operation === 'UntagResource';

const judgeTags = (call: TagCall, { facts: { policy }, config }: Pick<JudgeInput, 'facts' | 'config'>): Verdict => {
  const { operation } = call;
  if (call.requestOmitted) return { verdict: 'undetermined', message: 'omitted', data: { operation } };
  const tags = operation === 'TagResource' ? Object.keys(call.tags) : call.tagKeys;
  const read = policy.known ? keysReadBy(policy.value) : null;
  const deciding = tags.filter((tag) => read?.keys.has(`aws:resourcetag/${tag.toLowerCase()}`));
  const reasons: readonly Reason[] = [
    ...deciding.map((tag) => reason('decides', { tag: cut(tag, 190) })),
    ...tags.filter((tag) => endsProtection(tag, call, config)).map((tag) => reason('protects', { tag: cut(tag, 190) })),
  ];
  if (reasons.length > 0) {
    const data = { operation, tags: tags.slice(0, 50).map((tag) => cut(tag, 190)), reasons };
    return { verdict: 'violation', message: 'changed', data };
  }
  if (tags.length === 0) return compliant;
  if (!policy.known) return undeterminedBy('policy', policy);
  return read?.certain === true ? compliant : { verdict: 'undetermined', message: 'unparsed', data: { operation } };
};

/** Taken away, or set to a value that protects no longer. Setting one that protects is welcome. */
const endsProtection = (tag: string, call: TagCall, { deletion }: GuardConfig): boolean => {
  const wanted = Object.hasOwn(deletion.protectedTags, tag) ? deletion.protectedTags[tag] : undefined;
  if (wanted === undefined) return false;
  return call.operation === 'UntagResource' || (wanted !== '*' && call.tags[tag] !== wanted);
};
