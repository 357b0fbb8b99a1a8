import type { KnownBlock } from '@slack/types';
import { context, fittingBlocks, header, plainSection, section, titled } from './blocks.ts';
import { worstFirst } from './listed-alert.ts';
import type { SlackMessage } from './ports.ts';
import type { ListedAlert, SlackDigest } from './slack-input.ts';
import { code, escaped } from './slack-text.ts';
import { listText } from './storm-message.ts';
import { utc } from './words.ts';

const mostRules = 10;

/** The quiet findings of a day: counted and listed by rule, the rule with most of them first. */
export const slackDigest = (digest: SlackDigest): SlackMessage => {
  const { count, since, until, listed } = digest;
  const title = `Daily digest: ${count} ${count === 1 ? 'alert' : 'alerts'} of low severity`;
  const span = `From ${utc(since)} to ${utc(until)}. Nothing here is about a pending deletion.`;
  const groups = byRule(listed);
  return {
    text: escaped(`${title}, ${span}`),
    blocks: fittingBlocks((scale) => [
      header(`📋 ${title}`),
      context(escaped(span)),
      ...groups.slice(0, mostRules).flatMap((group) => ruleBlocks(group, Math.floor((6_000 * scale) / mostRules))),
      ...rest(groups.slice(mostRules), count - listed.length),
    ]),
  };
};

type Group = readonly [rule: string, listed: readonly ListedAlert[]];

/** An alert with several rules counts under its first. */
const byRule = (listed: readonly ListedAlert[]): readonly Group[] => {
  const groups = Object.groupBy(listed, ({ rules }) => rules[0] ?? 'no rule');
  return Object.entries(groups)
    .map(([rule, alerts = []]): Group => [rule, alerts])
    .toSorted((a, b) => b[1].length - a[1].length);
};

const ruleBlocks = ([rule, listed]: Group, limit: number): readonly KnownBlock[] => [
  section(`*${code(rule, 120)}* ${listed.length} ${listed.length === 1 ? 'alert' : 'alerts'}`),
  plainSection(listText(worstFirst(listed), listed.length, limit)),
];

const rest = (groups: readonly Group[], unlisted: number): readonly KnownBlock[] => {
  const alerts = groups.reduce((sum, [, listed]) => sum + listed.length, 0) + unlisted;
  return alerts > 0 ? titled('Besides', `${alerts} more, in the ledger and in the report`) : [];
};
