import type { KnownBlock } from '@slack/types';
import type { KeyAlert } from '../alert.ts';
import { explainAlert, type RuleById } from '../explain-alert.ts';
import { doneLines, headline, keyName, whyLines } from '../key-text.ts';
import { policyChangeLines } from '../policy-change-text.ts';
import { context, fieldSection, fittingBlocks, header, section, titled } from './blocks.ts';
import { answerButtons } from './buttons.ts';
import { consoleLink } from '../console-link.ts';
import { accountText, actorName, isPendingDeletion } from './key-facts.ts';
import { escalationBlocks, historyBlocks, statusBlock, statusHeadline } from './progress.ts';
import type { SlackInput } from './slack-input.ts';
import { code, fittingLines, line } from './slack-text.ts';
import { severityWord, untilDeletion, utc } from './words.ts';

/** `text` names the key, the account and what is due, for notifications and screen readers. */
export const keyFallback = (alert: KeyAlert, { accountName, status, now }: SlackInput): string => {
  const where = `${accountText(alert.account, accountName)}, ${alert.region}`;
  const due = deletionText(alert, now);
  const state = status === 'open' ? '' : ` (${status})`;
  const deletion = due === null ? '' : `. Deletion ${due}`;
  return `${severityWord(alert.severity)}: ${headline(alert)}${state}: ${keyName(alert)} in ${where}${deletion}`;
};

/** One alert about one key, its progress and the answers that are open. */
export const keyBlocks = (alert: KeyAlert, input: SlackInput, ruleById: RuleById): readonly KnownBlock[] => {
  const words = explainAlert(alert, ruleById);
  const { gained, lost } = accessLines(alert);
  return fittingBlocks((scale) => {
    const list = (lines: readonly string[], limit: number): string => bullets(lines, Math.floor(limit * scale));
    return [
      header(statusHeadline(alert.severity, headline(alert), input.status)),
      ...escalationBlocks(input, deletionText(alert, input.now)),
      statusBlock(input.status),
      ...keyFields(alert, input, scale),
      ...titled('Why', list(whyLines(words.findings), 1_800)),
      ...titled('Who gained access', list(gained, 900)),
      ...titled('Who lost access', list(lost, 500)),
      ...titled('What the guard did', list(doneLines(alert), 1_000)),
      ...titled('What to do', list(words.remediation, 900)),
      ...historyBlocks(input.history, Math.floor(700 * scale)),
      ...answerButtons(input),
      context(footer(alert, input)),
    ];
  });
};

const deletionText = (alert: KeyAlert, now: number): string | null => {
  if (!isPendingDeletion(alert) || alert.deletionDate === null) return null;
  const left = untilDeletion(alert.deletionDate, now);
  return left === null ? utc(alert.deletionDate) : `${left} (after ${utc(alert.deletionDate)})`;
};

const keyFields = (alert: KeyAlert, { accountName, now, status }: SlackInput, scale: number): readonly KnownBlock[] => {
  const value = (text: string): string => code(text, Math.floor(180 * scale));
  // Saved by people, the key is no longer as the alert saw it.
  const isOver = status === 'kept' || status === 'resolved';
  const due = deletionText(alert, now);
  const link = consoleLink(alert.keyArn);
  const other = alert.aliases.slice(1);
  return [
    section(`*Key* ${value(keyName(alert))}${link === null ? '' : `   <${link}|Open in the AWS console>`}`),
    fieldSection([
      ['Account', value(accountText(alert.account, accountName))],
      ['Region', value(alert.region)],
      ['Who', value(actorName(alert))],
      ['What', value(alert.eventName)],
      ['When', value(utc(alert.eventTime))],
      ['From', value(alert.sourceIPAddress ?? 'unknown')],
      [isOver ? 'Key state then' : 'Key state now', value(alert.keyState ?? 'unknown')],
      ...(isPendingDeletion(alert) && !isOver ? [['Deletion', value(due ?? 'date unknown')] as const] : []),
      ...(other.length > 0 ? [['Other aliases', value(other.join(', '))] as const] : []),
      ['Key ARN', value(alert.keyArn ?? alert.keyId ?? 'not named in the record')],
    ]),
  ];
};

/** Without the headings, which Slack shows in bold. */
const accessLines = (alert: KeyAlert): { readonly gained: readonly string[]; readonly lost: readonly string[] } => {
  const lines = policyChangeLines(alert.policyChange, alert.outcomes).filter((each) => each !== '');
  const lostAt = lines.findIndex((each) => each.startsWith('Who lost access'));
  const ends = lostAt < 0 ? lines.length : lostAt;
  return { gained: lines.slice(1, ends), lost: lines.slice(ends + 1) };
};

const lineLength = 600;

/** Lines of plain text, as a list. */
const bullets = (texts: readonly string[], limit: number): string => {
  const lines = texts.flatMap((text) => text.split('\n')).map(bullet);
  return fittingLines(
    lines.map(([sign, text]) => sign + line(text, Math.min(lineLength, limit - 40))),
    limit,
  );
};

const bullet = (text: string): readonly [sign: string, text: string] => {
  if (text.startsWith('  - ')) return ['      ◦ ', text.slice(4)];
  return ['• ', text.startsWith('- ') ? text.slice(2) : text];
};

const footer = (alert: KeyAlert, { alertId }: SlackInput): string =>
  line(`kms-guard · event ${alert.eventID} · alert ${alertId}`, 250);
