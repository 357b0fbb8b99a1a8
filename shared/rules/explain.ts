import type { Reason, VerdictData } from './define-rule.ts';

/** Longest text taken from one value: much of it is chosen by whoever made the call. */
const valueLength = 200;
const listLength = 12;

type Value = VerdictData[string];

/**
 * A verdict's text: `{name}` in the message stands for a value of its data; a list of reasons becomes their own texts.
 * Control characters are dropped and values cut, so that nothing in them can forge a line.
 */
export const explain = (messages: Readonly<Record<string, string>>, message: string, data: VerdictData): string => {
  const known = Object.hasOwn(messages, message) ? messages[message] : undefined;
  const template = known ?? (message === 'rule-crashed' ? 'the rule crashed: {error}' : message);
  const text = template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    return value === undefined ? placeholder : textOf(messages, value);
  });
  return text.trimEnd();
};

/** The text of each reason in a verdict's `reasons`, for a list of their own. */
export const explainReasons = (messages: Readonly<Record<string, string>>, data: VerdictData): readonly string[] => {
  const reasons = data['reasons'];
  if (reasons === undefined || reasons === null || !isList(reasons)) return [];
  return reasons.slice(0, listLength * 2).map((reason) => itemText(messages, reason));
};

const textOf = (messages: Readonly<Record<string, string>>, value: Value): string => {
  if (!isList(value)) return plain(value === null ? 'unknown' : String(value));
  const shown = value.slice(0, listLength).map((item) => itemText(messages, item));
  const more = value.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
};

const itemText = (messages: Readonly<Record<string, string>>, item: string | Reason): string => {
  if (typeof item === 'string') return plain(item);
  const { id, ...rest } = item;
  return explain(messages, id, rest);
};

const isList = (value: Value): value is readonly string[] | readonly Reason[] => Array.isArray(value);

/** One line of bounded text without control, format or line-breaking characters. */
export const plain = (text: string, length: number = valueLength): string => {
  const clean = text.slice(0, length * 2).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return clean.length > length ? `${whole(clean.slice(0, length))}...` : whole(clean);
};

/** A cut leaves half of a character, which strict readers of JSON refuse. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '').toWellFormed();
