import { matchesArnPattern } from '../arn-pattern.ts';
import type { GuardConfig } from '../config/config.ts';
import type { Fact, KeyHistory } from '../facts/facts.ts';
import type { Reason } from './define-rule.ts';
import { cut, reasonsOf } from './reason.ts';

export const protectionTexts = {
  protectedByTag: 'It is protected by the tag {key} = {value}',
  protectedByList: 'It is protected by the configuration (deletion.protectedKeys: {pattern})',
} as const;
const reason = reasonsOf(protectionTexts);

/** The configured tag that protects a key, if it carries one: any value where the configuration says `*`. */
export const protectedByTag = (
  tags: Fact<Readonly<Record<string, string>>>,
  config: GuardConfig,
): readonly Reason[] => {
  const tag = tags.known ? protectingTag(tags.value, config) : null;
  return tag === null ? [] : [reason('protectedByTag', tag)];
};

type Tags = Readonly<Record<string, string>>;

const protectingTag = (tags: Tags, config: GuardConfig): { readonly key: string; readonly value: string } | null => {
  for (const [key, wanted] of Object.entries(config.deletion.protectedTags)) {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    if (value !== undefined && (wanted === '*' || wanted === value)) return { key: cut(key), value: cut(value) };
  }
  return null;
};

export const unprotectedTexts = {
  unprotectedLately: 'It was protected by the tag {key} = {value} when it was swept last ({at}), and is not any more',
} as const;
const lately = reasonsOf(unprotectedTexts);

/** Who may untag a key takes its protection off, and deletes it with the next call: so the tag counts until a sweep saw it gone. */
export const unprotectedLately = (
  tags: Fact<Tags>,
  history: Fact<KeyHistory>,
  config: GuardConfig,
): readonly Reason[] => {
  const { sweptTags } = history.known ? history.value : {};
  const before = sweptTags === undefined ? null : protectingTag(sweptTags.tags, config);
  if (before === null || sweptTags === undefined || protectedByTag(tags, config).length > 0) return [];
  return [lately('unprotectedLately', { ...before, at: sweptTags.at })];
};

export const protectedByList = (keyArn: string, config: GuardConfig): readonly Reason[] => {
  const pattern = config.deletion.protectedKeys.find((each) => matchesArnPattern(each, keyArn));
  return pattern === undefined ? [] : [reason('protectedByList', { pattern: cut(pattern) })];
};
