import type * as z from 'zod/mini';
import { keysAt } from './config-json-schema.ts';
import { nearest } from './nearest.ts';
import { pathText, type Problem, valueText } from './problem.ts';

type Input = { readonly source: string; readonly data: unknown };
type Issue = z.core.$ZodIssue;

/**
 * A zod issue in words. zod/mini carries no texts of its own, so that a Lambda's bundle need not: they are here, where only
 * synthesis and the command line come.
 */
export const describeIssue = (issue: Issue, { source, data }: Input): readonly Problem[] => {
  const at = (path: readonly PropertyKey[], problem: string, remedy: string): Problem => ({
    source,
    path: pathText(path),
    value: valueText(valueAt(data, path)),
    problem,
    remedy,
  });
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => at([...path, key], 'stands under an unknown key', knownKeys(key, path)));
    case 'invalid_type': {
      const kind = kindOf(valueAt(data, path));
      return [
        at(path, kind === 'nothing' ? 'is required' : `is ${kind}`, `write ${kinds[issue.expected] ?? issue.expected}`),
      ];
    }
    case 'invalid_value': {
      const values = issue.values.map((value) => String(value));
      const typed = valueAt(data, path);
      const meant = typeof typed === 'string' ? nearest(typed, values) : null;
      const hint = meant === null ? '' : ` (did you mean "${meant}"?)`;
      return [at(path, 'is not allowed here', `use one of ${values.join(', ')}${hint}`)];
    }
    case 'too_small':
    case 'too_big':
      return [at(path, `is ${range(issue)}`, ownText(issue) ?? limit(issue))];
    case 'invalid_format':
      return [at(path, 'has the wrong form', ownText(issue) ?? `write a ${issue.format}`)];
    case 'invalid_key':
      return [
        at(
          path,
          'stands under a key of the wrong form',
          issue.issues.map(({ message }) => `the key ${message}`).join('; '),
        ),
      ];
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_element':
    case 'custom':
      return [at(path, 'is not valid', ownText(issue) ?? 'see docs/guard.config.schema.json')];
    default:
      return issue satisfies never;
  }
};

/** Texts that the schema itself gives; zod's own placeholder says nothing. */
const ownText = ({ message }: Issue): string | null =>
  message === 'Invalid input' ? null : message.replace(/^must /, 'it must ');

const knownKeys = (key: string, path: readonly PropertyKey[]): string => {
  const keys = keysAt(path);
  const meant = nearest(key, keys);
  return meant === null
    ? `known keys are ${keys.join(', ')}`
    : `did you mean "${meant}"? known keys are ${keys.join(', ')}`;
};

type Range = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

const range = (issue: Range): string => {
  const small = issue.code === 'too_small';
  if (issue.origin === 'string') return small ? 'too short' : 'too long';
  if (issue.origin === 'array') return small ? 'too few' : 'too many';
  return small ? 'too small' : 'too big';
};

const limit = (issue: Range): string => {
  const [bound, amount] = issue.code === 'too_small' ? ['least', issue.minimum] : ['most', issue.maximum];
  if (issue.origin === 'string') return `write at ${bound} ${amount} characters`;
  if (issue.origin === 'array') return `list at ${bound} ${amount}`;
  return `write a number of at ${bound} ${amount}`;
};

const kinds: Readonly<Record<string, string>> = {
  string: 'a text in double quotes',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  record: 'an object in { }',
};

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'not a whole number';
  const names: Readonly<Record<string, string>> = { string: 'a text', object: 'an object', boolean: 'true or false' };
  return names[typeof value] ?? typeof value;
};

const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.getOwnPropertyDescriptor(value, step)?.value;
  }, data);
