import type { Condition, KeyPolicy, PatternElement, Statement } from '../document.ts';
import type { KeyRequest } from '../request.ts';
import { and, type Match, MAYBE, matchCondition, matchOf, NO, not, YES } from './match-condition.ts';
import { matchPrincipal, readCaller } from './match-principal.ts';
import type { Context } from './variables.ts';
import { asPattern, matchesWildcards } from './wildcards.ts';

/** A request made ready once for all statements. */
export type Prepared = {
  readonly request: KeyRequest;
  readonly caller: ReturnType<typeof readCaller>;
  readonly action: string;
  readonly context: Context;
  readonly version: KeyPolicy['version'];
};

export const prepare = (policy: KeyPolicy, request: KeyRequest): Prepared => ({
  request,
  caller: readCaller(request),
  action: request.action.toLowerCase(),
  context: contextOf(request),
  version: policy.version,
});

const contextOf = (request: KeyRequest): Context => {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(request.context)) {
    const values = typeof value === 'string' ? [value] : value;
    if (values.length > 0) context.set(key.toLowerCase(), values);
  }
  return context;
};

/** What kept a statement from matching; `null` when nothing did. */
export type Obstacle =
  | { readonly kind: 'principal' | 'action' | 'resource' }
  | { readonly kind: 'condition'; readonly condition: Condition };

export type StatementMatch = { readonly match: Match; readonly obstacle: Obstacle | null };

/** Every part must match; the first that cannot is the obstacle. */
export const matchStatement = (statement: Statement, prepared: Prepared): StatementMatch => {
  let match = matchPrincipal(statement.principal, prepared.caller, statement.effect);
  if (!match.may) return { match, obstacle: { kind: 'principal' } };
  match = and(match, matchAction(statement.action, prepared.action));
  if (!match.may) return { match, obstacle: { kind: 'action' } };
  match = and(match, matchResource(statement.resource, prepared));
  if (!match.may) return { match, obstacle: { kind: 'resource' } };
  for (const condition of statement.conditions) {
    match = and(match, matchCondition(condition, prepared.context, prepared.version));
    if (!match.may) return { match, obstacle: { kind: 'condition', condition } };
  }
  return { match, obstacle: null };
};

const matchAction = (element: PatternElement | null, action: string): Match => {
  if (element === null) return NO;
  let hit = NO;
  for (const { pattern, match } of actionPatterns(element)) {
    if (hit.must) break;
    if ((match.must || !hit.may) && matchesWildcards(pattern, action)) hit = match;
  }
  return element.negated ? not(hit) : hit;
};

type ActionPattern = { readonly pattern: string; readonly match: Match };

const readPatterns = new WeakMap<PatternElement, readonly ActionPattern[]>();

/** A wildcard in the service part (`k*:Decrypt`) is not documented: it may match. */
const actionPatterns = (element: PatternElement): readonly ActionPattern[] => {
  const known = readPatterns.get(element);
  if (known !== undefined) return known;
  const patterns = element.patterns.flatMap((text): readonly ActionPattern[] => {
    const colon = text.indexOf(':');
    if (text !== '*' && colon < 0) return [];
    const wildService = text !== '*' && /[*?]/.test(text.slice(0, colon));
    return [{ pattern: asPattern(text.toLowerCase()), match: wildService ? MAYBE : YES }];
  });
  readPatterns.set(element, patterns);
  return patterns;
};

const matchResource = (element: PatternElement | null, prepared: Prepared): Match => {
  if (element === null) return NO;
  if (element.patterns.length === 1 && element.patterns[0] === '*') return element.negated ? NO : YES;
  const hits = element.patterns.map((pattern) => resourcePattern(pattern, prepared));
  const hit = hits.includes(YES) ? YES : hits.includes(MAYBE) ? MAYBE : NO;
  return element.negated ? not(hit) : hit;
};

const VARIABLE = /\$\{[^}]*\}/g;

/** With a variable it may match, whatever the variable comes to: AWS says nothing of variables in a key policy's Resource. */
const resourcePattern = (text: string, { request, version }: Prepared): Match => {
  if (text === '*') return YES;
  const pattern = version === '2012-10-17' ? text.replaceAll(VARIABLE, '*') : text;
  if (request.resource === null) return mayBeOfKey(pattern) ? MAYBE : NO;
  const hit = matchesWildcards(asPattern(pattern), request.resource);
  return hit && pattern !== text ? MAYBE : matchOf(hit);
};

/** `arn:aws:kms:...`, and what has a wildcard before it comes to that. */
const mayBeOfKey = (pattern: string): boolean =>
  /^arn:[^:*?]*:kms:|^arn:[^:*?]*(?::[^:*?]*)?[*?]|^(?:a|ar|arn)?[*?]/.test(pattern);
