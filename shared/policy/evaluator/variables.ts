import { ANY, asPattern, STAR, withoutMarks } from './wildcards.ts';

/** Values of a request by lower-case key name; never an empty list. */
export type Context = ReadonlyMap<string, readonly string[]>;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['*', '*'],
  ['?', '?'],
  ['$', '$'],
]);

/**
 * A policy value with its variables filled in, and its wildcards as STAR and ANY when `wildcards` is set.
 * Null when a variable has no single value and no default: then the value matches nothing
 * (IAM User Guide, reference_policies_variables, "policy-vars-no-value").
 */
export const resolveValue = (text: string, context: Context, wildcards: boolean): string | null => {
  const plain = (part: string): string => (wildcards ? asPattern(part) : part);
  let out = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    const close = open < 0 ? -1 : text.indexOf('}', open);
    if (close < 0) return out + plain(text.slice(at));
    out += plain(text.slice(at, open));
    const value = variable(text.slice(open + 2, close), context);
    if (value === null) return null;
    out += wildcards ? withoutMarks(value) : value;
    at = close + 1;
  }
};

const variable = (inside: string, context: Context): string | null => {
  const escaped = ESCAPES.get(inside);
  if (escaped !== undefined) return escaped;
  const comma = inside.indexOf(',');
  const name = (comma < 0 ? inside : inside.slice(0, comma)).trim().toLowerCase();
  const values = context.get(name);
  if (values?.length === 1) return values[0] ?? null;
  if (comma < 0 || values !== undefined) return null;
  const quoted = /^\s*'(.*)'\s*$/.exec(inside.slice(comma + 1));
  return quoted?.[1] ?? null;
};

/** For tests of this module's twin in the search: the two wildcards as they are written. */
export const readable = (pattern: string): string => pattern.replaceAll(STAR, '*').replaceAll(ANY, '?');
