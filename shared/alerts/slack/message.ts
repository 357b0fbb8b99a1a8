import type { KnownBlock } from '@slack/types';
import { plain } from '../../rules/explain.ts';
import type { RuleById } from '../explain-alert.ts';
import { renderAlert } from '../render.ts';
import { severities } from '../../rules/define-rule.ts';
import { context, fittingBlocks, header, plainSection, slackLimits } from './blocks.ts';
import { answerButtons } from './buttons.ts';
import { keyBlocks, keyFallback } from './key-message.ts';
import type { SlackMessage } from './ports.ts';
import { historyBlocks, statusBlock, statusHeadline } from './progress.ts';
import { isLink, reportLink } from './report-link.ts';
import type { SlackInput, SlackStep } from './slack-input.ts';
import { fittingLines, line } from './slack-text.ts';
import { stormBlocks, stormFallback } from './storm-message.ts';
import { utc } from './words.ts';

/** The message of an alert as it stands now: the first post and every update of it. */
export const slackMessage = (input: SlackInput, ruleById: RuleById): SlackMessage => {
  const { alert, storm } = input;
  if (storm !== null) return complete(stormFallback(storm), stormBlocks(storm, input));
  if (alert.kind === 'key') return complete(keyFallback(alert, input), keyBlocks(alert, input, ruleById));
  const { subject, text, attributes } = renderAlert(alert, ruleById);
  return complete(subject, otherBlocks(input, { subject, text, severity: attributes.severity }));
};

/** A short reply in the thread of an alert: its newest step. Null where nothing has happened since. */
export const slackNote = ({ history }: SlackInput): SlackMessage | null => {
  const newest = history.at(-1);
  if (newest === undefined) return null;
  const text = noteText(newest);
  return complete(text, [plainSection(line(text, 1_000))]);
};

const noteText = ({ at, by, what }: SlackStep): string => `${by} ${plain(what, 600)} (${utc(at)})`;

/** `/slack test` of the house: shows that messages arrive, and where they come from. */
export const slackTest = ({ at, account, region }: { at: string; account: string; region: string }): SlackMessage => {
  const text = `kms-guard of account ${account} in ${region} can post here. Sent ${utc(at)}; nothing is wrong.`;
  return complete(text, [header('✅ Test message from kms-guard'), plainSection(line(text, 600))]);
};

/** `text` is not escaped yet. */
const complete = (text: string, blocks: readonly KnownBlock[]): SlackMessage => ({
  text: line(text, slackLimits.fallbackText),
  blocks,
});

type Words = { readonly subject: string; readonly text: string; readonly severity: string };

/** An alert without a key: the words that SNS sends. */
const otherBlocks = (input: SlackInput, { subject, text, severity }: Words): readonly KnownBlock[] => {
  const known = severities.find((each) => each === severity) ?? 'high';
  // The first line says the severity, and what the header says.
  const [first = '', ...lines] = text.split('\n').filter((each) => each !== '' && !isLink(each));
  return fittingBlocks((scale) => [
    header(statusHeadline(known, subject.replace(/^\[\w+\] /, ''), input.status)),
    statusBlock(input.status),
    plainSection(
      fittingLines(
        [first, ...lines].map((each) => line(each, 600)),
        Math.floor(2_700 * scale),
      ),
    ),
    ...reportLink(input),
    ...historyBlocks(input.history, Math.floor(700 * scale)),
    ...answerButtons(input),
    context(line(`kms-guard · alert ${input.alertId}`, 250)),
  ]);
};
