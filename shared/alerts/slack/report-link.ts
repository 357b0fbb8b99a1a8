import type { KnownBlock } from '@slack/types';
import { section } from './blocks.ts';
import type { SlackInput } from './slack-input.ts';
import { escaped } from './slack-text.ts';

/** Slack takes 3,000 characters in a section; a presigned link has about 1,500. */
const mostCharacters = 2_900;

/** The link that opens a report. Ours, and percent-encoded: nothing in it can end the link. */
export const reportLink = ({ alert }: SlackInput): readonly KnownBlock[] => {
  if (alert.kind !== 'report' || !/^https?:\/\/[^\s|<>]+$/.test(alert.link)) return [];
  const text = `<${escaped(alert.link)}|Open the report> until ${alert.linkUntil.slice(0, 16).replace('T', ' ')} UTC`;
  return text.length > mostCharacters ? [] : [section(text)];
};

/** A line of the text that would only repeat the link, cut. */
export const isLink = (line: string): boolean => /^https?:\/\/\S+$/.test(line) || line.startsWith('Open it until ');
