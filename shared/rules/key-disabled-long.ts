import type { KeyMetadata } from '../facts/facts.ts';
import { compliant, defineRule, type JudgeInput, notApplicable, type Verdict } from './define-rule.ts';
import { undeterminedBy, undeterminedTexts, violation } from './reason.ts';
import { judgeCustomerKey } from './sweep/customer-key.ts';
import { disabledFor } from './sweep/disabled-since.ts';

/**
 * Disabled is a question, not an answer: either somebody needs the key, or it is paid for and can be enabled by whoever may.
 * KMS developer guide, "Enable and disable keys".
 */
export const keyDisabledLong = defineRule({
  id: 'key-disabled-long',
  title: 'A key has been disabled for long',
  guard: 'sweep',
  severity: 'low',
  watches: [],
  sweep: true,
  needs: ['metadata', 'history'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    disabledLong:
      'The key has been disabled for {days} days or longer (since {since}, by {actor}); the most is {maximumDays} days',
    sinceUnknown:
      'The key is disabled, for at least {days} days, but nothing that the ledger or CloudTrail keeps shows since when',
  },
  remediation:
    'If nothing failed for want of it, retire it: schedule its deletion with a window of 30 days. If something did, enable it (EnableKey).',
  judge: (input) =>
    judgeCustomerKey(input.facts, (key) => {
      if (key.keyState === 'Disabled') return judge(key, input);
      return key.keyState === 'Enabled' ? compliant : notApplicable;
    }),
});

const judge = (key: KeyMetadata, { facts: { history }, config, now }: JudgeInput): Verdict => {
  if (!history.known) return undeterminedBy('history', history);
  const { maximumDays } = config.disabled;
  const { since, atLeast, atMost, exact } = disabledFor(history, key, now);
  const data = { days: atLeast, maximumDays, since: since?.at ?? null, actor: since?.actorArn ?? null };
  if (since !== null && atLeast >= maximumDays) return violation('disabledLong', data);
  // It was enabled, or was not there at all, so few days ago; or a call is known that disabled it.
  if ((atMost !== null && atMost < maximumDays) || exact) return compliant;
  return { verdict: 'undetermined', message: 'sinceUnknown', data };
};
