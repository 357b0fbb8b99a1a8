import type { KeyMetadata } from '../facts/facts.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { cut, undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { monthlyCost } from './sweep/cost.ts';
import { isPendingDeletion, judgeCustomerKey } from './sweep/customer-key.ts';
import { ageInDays, quietSince, undated, undatedTexts } from './sweep/dated.ts';

/**
 * A key that nobody uses costs money and can still decrypt what was once encrypted under it. No use on record is not
 * "unused" for a key that is older than the record. KMS developer guide, "Determine past usage of a KMS key".
 */
export const keyUnused = defineRule({
  id: 'key-unused',
  title: 'Nobody has used a key for long',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'lastUse'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    ...undatedTexts,
    unused:
      'The key was last used {days} days ago, by {operation} on {at}; unused means {unusedForDays} days. ' +
      'It costs {cost} a month',
    neverUsed:
      'The key was never used in the {days} days since it was made ({since}); unused means {unusedForDays} days. ' +
      'It costs {cost} a month',
    quietSinceTracking:
      'No use is on record for {days} days, but the key is older than the record, which begins on {trackedSince}: ' +
      'uses before are unknown. It costs {cost} a month',
    untracked:
      'The key is older than the record of uses, which begins on {trackedSince} and is shorter than {unusedForDays} days',
  },
  remediation:
    'Ask its owner. If nobody needs it: disable the key, watch CloudTrail for DisabledException as long as its rarest use may take, ' +
    'and only then schedule its deletion; enable it again at the first sign.',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) => (isPendingDeletion(key) ? notApplicable : judge(key, input))),
});

const judge = (key: KeyMetadata, { facts: { lastUse }, config, now }: JudgeInput): Verdict => {
  if (!lastUse.known) return undeterminedBy('last use', lastUse);
  const { value } = lastUse;
  const date = quietSince(value);
  const days = ageInDays(date, now);
  if (days === null) return undated(date);
  const { unusedForDays } = config.deletion;
  const long = days >= unusedForDays;
  const data = { days, unusedForDays, ...monthlyCost(key) };
  switch (value.use) {
    case 'used':
      return long ? violation('unused', { ...data, at: value.at, operation: cut(value.operation) }) : compliant;
    case 'never':
      return long ? violation('neverUsed', { ...data, since: value.since }) : compliant;
    case 'unknown':
      return {
        verdict: 'undetermined',
        message: long ? 'quietSinceTracking' : 'untracked',
        data: { ...data, trackedSince: value.trackedSince },
      };
  }
};
