import type { Unknown } from '../facts/facts.ts';
import type { Reason, Verdict, VerdictData } from './define-rule.ts';

/** Makes reasons whose ids are keys of `texts`, so that none can go without its text. */
export const reasonsOf =
  <const Texts extends Readonly<Record<string, string>>>(_texts: Texts) =>
  (id: keyof Texts & string, values: Readonly<Record<string, string | number | boolean | null>> = {}): Reason => ({
    ...values,
    id,
  });

/** What a verdict says of a fact that could not be had. */
export const unknownData = (fact: string, { reason, detail }: Unknown) => ({ fact, reason, detail: cut(detail) });

/** A fact that the judgement stands on is unknown: `gone` where the key does not exist, else `unreadable`. */
export const undeterminedBy = (fact: string, why: Unknown): Verdict => ({
  verdict: 'undetermined',
  message: why.reason === 'not-found' ? 'gone' : 'unreadable',
  data: unknownData(fact, why),
});

/** The texts of `undeterminedBy`. */
export const undeterminedTexts = {
  gone: 'The key no longer exists: {detail}',
  unreadable: 'The {fact} of the key is unknown ({reason}): {detail}',
} as const;

export const violation = (message: string, data: VerdictData): Verdict => ({ verdict: 'violation', message, data });

/** At most so much of a text or list that somebody else wrote. */
export const cut = (text: string, length = 300): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`.toWellFormed();
