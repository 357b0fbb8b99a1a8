import type { GuardConfig } from '../config/config.ts';
import { daysSince } from '../facts/age.ts';
import type { Fact, LastUse } from '../facts/facts.ts';
import type { Reason } from './define-rule.ts';
import { cut, reasonsOf } from './reason.ts';

export const usageTexts = {
  usedRecently: 'It was last used {days} days ago, by {operation} on {at}; unused means {unusedForDays} days',
  tooYoung: 'It was never used, but is only {days} days old ({since}); unused means {unusedForDays} days',
  lastUseUntracked:
    'No use is on record, but the key is older than the record, which begins on {trackedSince}: uses before are unknown',
  lastUseUnknown: 'Its last use could not be read ({reason}): {detail}',
} as const;
const reason = reasonsOf(usageTexts);

/**
 * Why a key is not proven unused for the configured days; empty when it is. A date that cannot be read proves nothing.
 * Source: KMS developer guide, "Determine past usage of a KMS key".
 */
export const usageReasons = (lastUse: Fact<LastUse>, config: GuardConfig, now: number): readonly Reason[] => {
  const { unusedForDays } = config.deletion;
  if (!lastUse.known) return [reason('lastUseUnknown', { reason: lastUse.reason, detail: cut(lastUse.detail) })];
  switch (lastUse.value.use) {
    case 'used': {
      const { at, operation } = lastUse.value;
      const days = daysSince(at, now);
      return days >= unusedForDays ? [] : [reason('usedRecently', { days, at, operation, unusedForDays })];
    }
    case 'never': {
      const { since } = lastUse.value;
      const days = daysSince(since, now);
      return days >= unusedForDays ? [] : [reason('tooYoung', { days, since, unusedForDays })];
    }
    case 'unknown':
      return [reason('lastUseUntracked', { trackedSince: lastUse.value.trackedSince })];
  }
};
