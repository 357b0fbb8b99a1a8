import type { Condition, KeyPolicy } from '../document.ts';
import { asBool, asInstant, asNumber, compares, inBlock } from './typed-values.ts';
import { type Context, resolveValue } from './variables.ts';
import { matchesArn, matchesWildcards } from './wildcards.ts';

/** A test read twice where AWS does not document the outcome: `may` be true, `must` be true (POLICY: three-valued core). */
export type Match = { readonly may: boolean; readonly must: boolean };

export const YES: Match = { may: true, must: true };
export const NO: Match = { may: false, must: false };
export const MAYBE: Match = { may: true, must: false };

export const matchOf = (value: boolean): Match => (value ? YES : NO);
export const not = (match: Match): Match => ({ may: !match.must, must: !match.may });
const some = (matches: readonly Match[]): Match => ({
  may: matches.some((match) => match.may),
  must: matches.some((match) => match.must),
});
const every = (matches: readonly Match[]): Match => ({
  may: matches.every((match) => match.may),
  must: matches.every((match) => match.must),
});

/** One entry of a Condition block against the request. */
export const matchCondition = (condition: Condition, context: Context, version: KeyPolicy['version']): Match => {
  const { operator } = condition;
  const values = context.get(condition.name) ?? [];
  if (operator.family === 'unknown') return NO;
  if (operator.family === 'null') {
    return matchOf(condition.values.some((wanted) => asBool(wanted) === (values.length === 0)));
  }
  const patterns = values.length === 0 ? [] : resolve(condition, context, version);
  const tests = values.map((value) => {
    const hit = matchAny(condition, patterns, value);
    return operator.negated ? not(hit) : hit;
  });
  switch (operator.qualifier) {
    case 'anyValue':
      return tests.length > 0 ? some(tests) : operator.ifExists ? MAYBE : NO;
    case 'allValues':
      return every(tests);
    case 'none':
      if (tests.length === 0) return matchOf(operator.negated || operator.ifExists);
      // Several values without a set operator: IAM calls it an error, so either reading may be in force.
      return { may: some(tests).may, must: every(tests).must };
  }
};

/** Patterns of conditions without a variable: the same in every request. */
const constant = new WeakMap<Condition, readonly string[]>();

const resolve = (condition: Condition, context: Context, version: KeyPolicy['version']): readonly string[] => {
  const known = constant.get(condition);
  if (known !== undefined) return known;
  const patterns = fillIn(condition, context, version);
  if (!condition.values.some((value) => value.includes('${'))) constant.set(condition, patterns);
  return patterns;
};

/** Policy values with variables filled in; those without a value drop out, because they match nothing. */
const fillIn = (condition: Condition, context: Context, version: KeyPolicy['version']): readonly string[] => {
  const { family } = condition.operator;
  const wildcards = family === 'like' || family === 'arn';
  const variables =
    version === '2012-10-17' &&
    (wildcards || family === 'string' || family === 'stringIgnoreCase' || family === 'bool');
  if (!variables && !wildcards) return condition.values;
  const known: Context = variables ? context : new Map();
  return condition.values.flatMap((value) => {
    const text = variables ? value : value.replaceAll('${', '$\u0000{');
    const resolved = resolveValue(text, known, wildcards);
    return resolved === null ? [] : [resolved.replaceAll('$\u0000{', '${')];
  });
};

const matchAny = (condition: Condition, patterns: readonly string[], value: string): Match => {
  let match = NO;
  for (const pattern of patterns) {
    const one = matchValue(condition, pattern, value);
    if (one.must) return YES;
    if (one.may) match = MAYBE;
  }
  return match;
};

const matchValue = (condition: Condition, pattern: string, value: string): Match => {
  const { family, comparison } = condition.operator;
  switch (family) {
    case 'string':
    case 'binary':
      return matchOf(pattern === value);
    case 'stringIgnoreCase':
      return matchOf(pattern.toLowerCase() === value.toLowerCase());
    case 'like':
      return matchOf(matchesWildcards(pattern, value));
    case 'arn': {
      const outcome = matchesArn(pattern, value);
      if (outcome === 'malformed') return matchesWildcards(pattern, value) ? MAYBE : NO;
      return matchOf(outcome === 'yes');
    }
    case 'numeric':
      return matchOf(both(asNumber(value), asNumber(pattern), (left, right) => compares(comparison, left, right)));
    case 'date':
      return matchOf(both(asInstant(value), asInstant(pattern), (left, right) => compares(comparison, left, right)));
    case 'bool':
      return matchOf(asBool(pattern) !== null && asBool(pattern) === asBool(value));
    case 'ip':
      return matchOf(inBlock(pattern, value));
    case 'null':
    case 'unknown':
      return NO;
  }
};

const both = (left: number | null, right: number | null, test: (left: number, right: number) => boolean): boolean =>
  left !== null && right !== null && test(left, right);
