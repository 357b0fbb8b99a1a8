import type { KeyRequest } from '../../shared/policy/request.ts';
import { least, like, most, opposite, sure, texts, type Truth } from './plain-truth.ts';

export type Test = { readonly key: string; readonly values: readonly string[]; readonly variables: boolean };

const lookUp = (request: KeyRequest, key: string): readonly string[] =>
  Object.entries(request.context).flatMap(([name, value]) =>
    name.toLowerCase() === key.toLowerCase() ? texts(value) : [],
  );

export const conditionTruth = (operator: string, { key, values, variables }: Test, request: KeyRequest): Truth => {
  const present = lookUp(request, key);
  const [, set = '', name = '', ifExists = ''] = /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return sure(values.includes(String(present.length === 0)));
  const negated = /Not/.test(name);
  if (present.length === 0) {
    if (set === 'ForAnyValue:') return ifExists === '' ? 'no' : 'maybe';
    return sure(set === 'ForAllValues:' || ifExists !== '' || negated);
  }
  const filled = values.flatMap((value) => fill(value, name, { variables, request }));
  const one = (value: string): Truth => {
    const matched = most(filled.map((pattern) => compare(name, pattern, value)));
    return negated ? opposite(matched) : matched;
  };
  const truths = present.map(one);
  if (set === 'ForAnyValue:') return most(truths);
  if (set === 'ForAllValues:') return least(truths);
  if (present.length === 1) return truths[0] ?? 'no';
  const [low, high] = [least(truths), most(truths)];
  return low === 'yes' ? 'yes' : high === 'no' ? 'no' : 'maybe';
};

/** Fills variables in; `\` marks a character that is not a wildcard. No value at all when a variable has none. */
const fill = (
  value: string,
  name: string,
  how: { readonly variables: boolean; readonly request: KeyRequest },
): readonly string[] => {
  const wild = /Like|Arn/.test(name);
  const quote = (text: string): string => (wild ? text.replaceAll(/[\\*?]/g, '\\$&') : text);
  const backslashes = (text: string): string => (wild ? text.replaceAll('\\', '\\\\') : text);
  if (!how.variables || !/^(String|Arn|Bool)/.test(name)) return [backslashes(value)];
  let missing = false;
  const filled = value.split(/(\$\{[^}]*\})/).map((part) => {
    if (!/^\$\{[^}]*\}$/.test(part)) return backslashes(part);
    const inside = part.slice(2, -1);
    if (inside === '*' || inside === '?' || inside === '$') return quote(inside);
    const [variable = '', ...fallback] = inside.split(',');
    const found = lookUp(how.request, variable.trim());
    if (found.length === 1) return quote(found[0] ?? '');
    const text = fallback.join(',').trim();
    if (found.length > 1 || !/^'.*'$/.test(text)) missing = true;
    return quote(text.slice(1, -1));
  });
  return missing ? [] : [filled.join('')];
};

const compare = (name: string, pattern: string, value: string): Truth => {
  const kind = name.replace('Not', '');
  if (kind === 'StringEquals' || kind === 'BinaryEquals') return sure(pattern === value);
  if (kind === 'StringEqualsIgnoreCase') return sure(pattern.toLowerCase() === value.toLowerCase());
  if (kind === 'StringLike') return sure(like(pattern, value));
  if (kind.startsWith('Arn')) return arn(pattern, value);
  if (kind === 'Bool') return sure(/^(true|false)$/i.test(value) && pattern.toLowerCase() === value.toLowerCase());
  if (kind === 'IpAddress') return sure(inside(pattern, value));
  if (kind.startsWith('Numeric'))
    return sure(/^-?[\d.]+$/.test(value) && ordered(kind.slice(7), Number(value), Number(pattern)));
  return sure(ordered(kind.slice(4), instant(value), instant(pattern)));
};

const arn = (pattern: string, value: string): Truth => {
  const [wanted, given] = [pattern.split(':'), value.split(':')];
  if (wanted.length < 6) return like(pattern, value) ? 'maybe' : 'no';
  if (given.length < 6) return 'no';
  const parts = (all: readonly string[]): readonly string[] => [...all.slice(0, 5), all.slice(5).join(':')];
  return sure(parts(wanted).every((part, i) => like(part, parts(given)[i] ?? '')));
};

const ordered = (how: string, left: number, right: number): boolean => {
  if (how === 'Equals') return left === right;
  if (how === 'LessThan') return left < right;
  if (how === 'LessThanEquals') return left <= right;
  return how === 'GreaterThan' ? left > right : left >= right;
};

const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : new Date(text).getTime());

/** Addresses as strings of bits. */
const inside = (block: string, address: string): boolean => {
  const [network = '', length] = block.split('/');
  const [wanted, given] = [bits(network), bits(address)];
  const prefix = length === undefined ? wanted.length : Number(length);
  return wanted.length === given.length && wanted.slice(0, prefix) === given.slice(0, prefix);
};

const bits = (text: string): string => {
  const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');
  if (!text.includes(':'))
    return text
      .split('.')
      .map((part) => binary(Number(part), 8))
      .join('');
  const [head = '', tail] = text.split('::');
  const groups = (part: string): readonly string[] => part.split(':').filter((group) => group !== '');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - front.length - back.length }, () => '0');
  return [...front, ...zeros, ...back].map((group) => binary(Number.parseInt(group, 16), 16)).join('');
};
