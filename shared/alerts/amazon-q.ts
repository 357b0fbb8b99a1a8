import { escaped, fittingLines, visible } from './slack/slack-text.ts';
import { consoleLink } from './console-link.ts';

/** What a notification is made of: the words that SNS sends, and what it is about. */
export type AmazonQInput = {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly severity: string;
  readonly rules: readonly string[];
  readonly account: string;
  /** Notifications about one key share a thread, where the chat channel allows it; null stands alone. */
  readonly keyArn: string | null;
};

/** By the administrator guide of Amazon Q Developer in chat applications, "Custom notifications". */
const limits = { title: 250, description: 8_000, nextStep: 350, nextSteps: 5, keyword: 75, keywords: 6 } as const;

/**
 * The body of an SNS message as Amazon Q Developer in chat applications takes it: custom notification 1.0. Slack and
 * Microsoft Teams both show it, so what somebody else wrote is made harmless for the markup of both.
 */
export const amazonQNotification = (input: AmazonQInput): string => {
  const { id, subject, text, severity, rules, account, keyArn } = input;
  const { description, steps } = partsOf(text);
  const link = consoleLink(keyArn);
  const nextSteps = [...steps.slice(0, limits.nextSteps), ...(link === null ? [] : [`Open the key: ${link}`])];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: cut(harmless(subject), limits.title),
      description,
      ...(nextSteps.length === 0 ? {} : { nextSteps: nextSteps.map((step) => cut(step, limits.nextStep)) }),
      keywords: ['kms-guard', severity, ...rules].slice(0, limits.keywords).map((word) => cut(word, limits.keyword)),
    },
    metadata: {
      ...(keyArn === null ? {} : { threadId: keyArn, relatedResources: [keyArn] }),
      summary: cut(harmless(subject), limits.title),
      eventType: 'kms-guard.finding',
      additionalContext: { severity, account, rules: cut(rules.join(' '), limits.title) },
    },
  });
};

const stepsHeading = 'What to do';

/** The list of what to do becomes next steps; the rest is described. */
const partsOf = (text: string): { readonly description: string; readonly steps: readonly string[] } => {
  const lines = text.split('\n').map(harmless);
  const from = lines.indexOf(stepsHeading);
  const length = from < 0 ? -1 : lines.slice(from).indexOf('');
  const ends = length < 0 ? lines.length : from + length;
  const around = from < 0 ? lines : [...lines.slice(0, from), ...lines.slice(ends)];
  // The link stands among the next steps, whole.
  const described = around.filter((each) => !each.startsWith('Console: '));
  return {
    description: fittingLines(described.map(bold), limits.description),
    steps: from < 0 ? [] : lines.slice(from + 1, ends).map((step) => step.replace(/^- /, '')),
  };
};

/** Headings are the lines of a word or more between an empty line and a list. */
const headings = /^(?:Why|What the guard did|Who (?:gained|lost) access \(.*\))$/;

const bold = (text: string): string => (headings.test(text) ? `*${text}*` : text);

const spelledOut: Readonly<Record<string, string>> = {
  '`': '\u02cb',
  '*': '\u2217',
  '~': '\u223c',
  '](': '] (',
  '://': ':/ /',
};

/** One line that forms no link, mention or style, in Slack or in Teams: neither has an escape that the other knows. */
const harmless = (text: string): string =>
  escaped(
    `${/^ */.exec(text)?.[0] ?? ''}${visible(text)}`.replaceAll(
      /[`*~]|\]\(|:\/\//g,
      (found) => spelledOut[found] ?? '',
    ),
  );

const cut = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const whole = text.slice(0, limit - 1).replace(/&[a-z]{0,3}$/, '');
  return `${whole.isWellFormed() ? whole : whole.slice(0, -1)}…`;
};
