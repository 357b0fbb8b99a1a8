import type {
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { line } from './slack-text.ts';

/** Slack's limits, by the type definitions of `@slack/types` and docs.slack.dev. */
export const slackLimits = {
  blocks: 50,
  sectionText: 3_000,
  fields: 10,
  fieldText: 2_000,
  headerText: 150,
  buttonText: 75,
  buttonValue: 2_000,
  confirmTitle: 100,
  confirmText: 300,
  contextElements: 10,
  actionsElements: 25,
  /** Best for `text`; Slack cuts at 40,000. */
  fallbackText: 4_000,
  /**
   * Of all blocks together as JSON. Slack answers `msg_blocks_too_long` above a limit that it does not document; 11,341
   * characters of text were seen refused (slackapi/bolt-js issue 2867).
   */
  allBlocks: 10_000,
} as const;

/** `text` is escaped already. Emoji names such as `:x:` stay text. */
export const plainText = (text: string): PlainTextElement => ({ type: 'plain_text', text, emoji: false });

/** `text` is our own mrkdwn, with values made by `code`. URLs and names that merely stand there are not linked. */
export const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });

/** `text` is not escaped yet. */
export const header = (text: string): HeaderBlock => ({
  type: 'header',
  text: plainText(line(text, slackLimits.headerText)),
});

export const section = (text: string): SectionBlock => ({ type: 'section', text: mrkdwn(text) });

export const plainSection = (text: string): SectionBlock => ({ type: 'section', text: plainText(text) });

export const context = (text: string): ContextBlock => ({ type: 'context', elements: [plainText(text)] });

/** A bold label over each value; values are mrkdwn. */
export const fieldSection = (entries: readonly (readonly [label: string, value: string])[]): SectionBlock => ({
  type: 'section',
  fields: entries.slice(0, slackLimits.fields).map(([label, value]) => mrkdwn(`*${label}*\n${value}`)),
});

/** A bold heading over lines of plain text; nothing where there is no line. */
export const titled = (title: string, text: string): readonly KnownBlock[] =>
  text === '' ? [] : [section(`*${title}*`), plainSection(text)];

type ButtonInput = {
  readonly actionId: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
};

export const button = ({ actionId, label, value, style, confirm }: ButtonInput): Button => ({
  type: 'button',
  action_id: actionId,
  text: plainText(label),
  value,
  ...(style === undefined ? {} : { style }),
  ...(confirm === undefined
    ? {}
    : {
        confirm: {
          title: plainText(confirm.title),
          text: plainText(confirm.text),
          confirm: plainText(confirm.yes),
          deny: plainText('Go back'),
        },
      }),
});

/** The blocks of the largest scale that Slack takes as a whole; `build` cuts its texts to `scale` of their usual length. */
export const fittingBlocks = (build: (scale: number) => readonly KnownBlock[]): readonly KnownBlock[] => {
  for (const scale of [1, 0.7, 0.5, 0.35]) {
    const blocks = build(scale);
    if (JSON.stringify(blocks).length <= slackLimits.allBlocks) return blocks;
  }
  return build(0.2);
};
