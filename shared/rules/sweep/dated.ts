import { daysSince } from '../../facts/age.ts';
import type { LastUse } from '../../facts/facts.ts';
import type { Verdict } from '../define-rule.ts';
import { cut } from '../reason.ts';

/** Whole days from a date to `now`; null for none and for a text that is no date: that is neither long ago nor recent. */
export const ageInDays = (date: string | null, now: number): number | null => {
  if (date === null) return null;
  const days = daysSince(date, now);
  return Number.isNaN(days) ? null : days;
};

/** Since when the record shows no use: the last use, the day the key was made, or the day the record begins. */
export const quietSince = (lastUse: LastUse): string => {
  switch (lastUse.use) {
    case 'used':
      return lastUse.at;
    case 'never':
      return lastUse.since;
    case 'unknown':
      return lastUse.trackedSince;
  }
};

/** The verdict where a date on which the judgement stands cannot be read. */
export const undated = (date: string | null): Verdict => ({
  verdict: 'undetermined',
  message: 'undated',
  data: { date: date === null ? null : cut(date, 100) },
});

/** The text of `undated`. */
export const undatedTexts = { undated: 'A date that decides cannot be read: {date}' } as const;
