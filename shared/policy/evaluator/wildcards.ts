/**
 * Patterns of the evaluator. A pattern is text in which STAR and ANY stand for `*` and `?`, so that a star that came out
 * of a variable or of `${*}` stays an ordinary character. Neither is a character of its own: see `withoutMarks`.
 */
export const STAR = '\uE000';
export const ANY = '\uE001';

/** An escape in the policy or a value of the request can spell what is no character: it is no wildcard either. */
export const withoutMarks = (text: string): string =>
  text.includes(STAR) || text.includes(ANY) ? text.replaceAll(STAR, '\uFFFD').replaceAll(ANY, '\uFFFD') : text;

/** Two pointers and one point of return: linear in practice, never exponential, whatever the policy says. */
export const matchesWildcards = (pattern: string, text: string): boolean => {
  const value = withoutMarks(text);
  let p = 0;
  let v = 0;
  let starAt = -1;
  let resume = 0;
  while (v < value.length) {
    const token = pattern[p];
    if (token === STAR) {
      starAt = p;
      resume = v;
      p += 1;
    } else if (token !== undefined && (token === ANY || token === value[v])) {
      p += 1;
      v += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      resume += 1;
      v = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === STAR) p += 1;
  return p === pattern.length;
};

/** `*` and `?` as written in a policy, outside of variables. */
export const asPattern = (text: string): string => {
  const plain = withoutMarks(text);
  if (!plain.includes('*') && !plain.includes('?')) return plain;
  return plain.replaceAll('*', STAR).replaceAll('?', ANY);
};

const ARN_PARTS = 6;

/** An ARN has six parts; only the last may contain colons itself. Null when it has fewer. */
export const arnParts = (text: string): readonly string[] | null => {
  const parts = text.split(':');
  if (parts.length < ARN_PARTS) return null;
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
};

/** ArnLike and ArnEquals: part by part, so that a wildcard does not reach over one of the first five colons. */
export const matchesArn = (pattern: readonly string[], value: readonly string[]): boolean =>
  pattern.every((part, i) => matchesWildcards(part, value[i] ?? ''));
