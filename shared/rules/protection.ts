import { matchesArnPattern } from '../arn-pattern.ts';
import type { GuardConfig } from '../config/config.ts';
import type { Fact } from '../facts/facts.ts';
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
  if (!tags.known) return [];
  for (const [key, wanted] of Object.entries(config.deletion.protectedTags)) {
    const value = Object.hasOwn(tags.value, key) ? tags.value[key] : undefined;
    if (value !== undefined && (wanted === '*' || wanted === value)) {
      return [reason('protectedByTag', { key: cut(key), value: cut(value) })];
    }
  }
  return [];
};

export const protectedByList = (keyArn: string, config: GuardConfig): readonly Reason[] => {
  const pattern = config.deletion.protectedKeys.find((each) => matchesArnPattern(each, keyArn));
  return pattern === undefined ? [] : [reason('protectedByList', { pattern: cut(pattern) })];
};
