import { styleText } from 'node:util';
import type { SlackBlock, SlackText } from './block-schema.ts';
import type { CheckedMessage } from './check-message.ts';

const decoded: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Mentions and links by their words, no other markup, nothing that a terminal would obey. */
const words = ({ type, text }: SlackText): string => {
  const bare =
    type === 'mrkdwn'
      ? text
          .replaceAll(/<([^<>|\n]+)\|([^<>\n]+)>/g, '$2 ($1)')
          .replaceAll(/<[!@#]?([^<>\n]+)>/g, '@$1')
          .replaceAll(/[*`]/g, '')
      : text;
  return bare
    .replaceAll(/&(?:amp|lt|gt);/g, (entity) => decoded[entity] ?? entity)
    .replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
};

const blockLines = (block: SlackBlock): readonly string[] => {
  switch (block.type) {
    case 'header':
      return [styleText('bold', words(block.text))];
    case 'divider':
      return ['─'.repeat(40)];
    case 'context':
      return [styleText('gray', block.elements.map(words).join(' '))];
    case 'actions':
      return [block.elements.map(({ text }) => `[ ${words(text)} ]`).join('  ')];
    case 'section':
      return [
        ...(block.text === undefined ? [] : words(block.text).split('\n')),
        ...(block.fields ?? []).map((field) => words(field).replace('\n', ': ')),
      ];
  }
};

/** A message of Slack for a terminal: what the page shows, as lines. */
export const messageLines = ({ text, blocks }: CheckedMessage): readonly string[] =>
  blocks.length > 0 ? blocks.flatMap(blockLines) : words({ type: 'mrkdwn', text }).split('\n');
