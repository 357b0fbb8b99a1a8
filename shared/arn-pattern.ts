/**
 * Does an ARN match a pattern in which `*` stands for any text, also none? Case counts, and no other character is special.
 * Two pointers and no regular expression: at worst pattern length times ARN length steps, whatever a configuration holds.
 */
export const matchesArnPattern = (pattern: string, arn: string): boolean => {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < arn.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (pattern[inPattern] === arn[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more; earlier stars never need another try.
      resume += 1;
      at = resume;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
};
