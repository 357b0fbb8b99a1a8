import type { Condition, KeyPolicy, Operator } from '../document.ts';
import { asBool, asInstant, asNumber, compares, inBlock } from './typed-values.ts';
import { type Context, resolveValue } from './variables.ts';
import { arnParts, asPattern, matchesArn, matchesWildcards } from './wildcards.ts';

/** A test read twice where AWS does not document the outcome: `may` be true, `must` be true (POLICY: three-valued core). */
export type Match = { readonly may: boolean; readonly must: boolean };

export const YES: Match = { may: true, must: true };
export const NO: Match = { may: false, must: false };
export const MAYBE: Match = { may: true, must: false };

export const matchOf = (value: boolean): Match => (value ? YES : NO);
export const not = (match: Match): Match => (match === YES ? NO : match === NO ? YES : MAYBE);
export const and = (left: Match, right: Match): Match =>
  left === NO || right === NO ? NO : left === YES && right === YES ? YES : MAYBE;
const or = (left: Match, right: Match): Match => not(and(not(left), not(right)));

/** One entry of a Condition block against the request. */
export const matchCondition = (condition: Condition, context: Context, version: KeyPolicy['version']): Match => {
  const { operator } = condition;
  const values = context.get(condition.name) ?? [];
  if (operator.family === 'unknown') return NO;
  if (operator.family === 'null') {
    return matchOf(condition.values.some((wanted) => asBool(wanted) === (values.length === 0)));
  }
  const [only] = values;
  if (only === undefined) return ofAbsent(operator);
  const patterns = resolve(condition, context, version);
  const test = (value: string): Match => {
    const hit = matchAny(condition, patterns, value);
    return operator.negated ? not(hit) : hit;
  };
  if (values.length === 1) return test(only);
  const tests = values.map(test);
  const [some, every] = [tests.reduce(or, NO), tests.reduce(and, YES)];
  if (operator.qualifier === 'anyValue') return some;
  if (operator.qualifier === 'allValues') return every;
  // Several values without a set operator: IAM calls it an error, so either reading may be in force.
  return every === YES ? YES : some === NO ? NO : MAYBE;
};

/** A missing key: false for a positive operator, true for a negated one, for IfExists and for ForAllValues. */
const ofAbsent = ({ qualifier, negated, ifExists }: Operator): Match => {
  if (qualifier === 'anyValue') return ifExists ? MAYBE : NO;
  return matchOf(qualifier === 'allValues' || negated || ifExists);
};

/** Patterns of conditions without a variable: the same in every request. */
const constant = new WeakMap<Condition, readonly Pattern[]>();

/** `arn`: its six parts; null when it has fewer, or is not meant as an ARN. */
type Pattern = { readonly text: string; readonly arn: readonly string[] | null };

const resolve = (condition: Condition, context: Context, version: KeyPolicy['version']): readonly Pattern[] => {
  const known = constant.get(condition);
  if (known !== undefined) return known;
  const arn = condition.operator.family === 'arn';
  const patterns = fillIn(condition, context, version).map((text) => ({ text, arn: arn ? arnParts(text) : null }));
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
  if (!variables) return wildcards ? condition.values.map(asPattern) : condition.values;
  return condition.values.flatMap((value) => resolveValue(value, context, wildcards) ?? []);
};

const matchAny = (condition: Condition, patterns: readonly Pattern[], value: string): Match => {
  if (condition.operator.family === 'arn') return matchAnyArn(patterns, value);
  let match = NO;
  for (const { text } of patterns) {
    const one = matchValue(condition, text, value);
    if (one.must) return YES;
    if (one.may) match = MAYBE;
  }
  return match;
};

/** A pattern of fewer than six parts is malformed: AWS does not say whether it matches as text or not at all. */
const matchAnyArn = (patterns: readonly Pattern[], value: string): Match => {
  const parts = arnParts(value);
  let match = NO;
  for (const { text, arn } of patterns) {
    if (arn === null) match = matchesWildcards(text, value) ? MAYBE : match;
    else if (parts !== null && matchesArn(arn, parts)) return YES;
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
    case 'numeric':
      return matchOf(both(asNumber(value), asNumber(pattern), (left, right) => compares(comparison, left, right)));
    case 'date':
      return matchOf(both(asInstant(value), asInstant(pattern), (left, right) => compares(comparison, left, right)));
    case 'bool':
      return matchOf(asBool(pattern) !== null && asBool(pattern) === asBool(value));
    case 'ip':
      return matchOf(inBlock(pattern, value));
    case 'arn':
    case 'null':
    case 'unknown':
      return NO;
  }
};

const both = (left: number | null, right: number | null, test: (left: number, right: number) => boolean): boolean =>
  left !== null && right !== null && test(left, right);
