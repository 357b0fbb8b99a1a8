import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { checkMessage } from '../../../local/slack/check-message.ts';
import { messageLines } from '../../../local/slack/message-text.ts';
import { slackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import { slackInput } from '../../support/alerts.ts';

const linesOf = (text: string, blocks: unknown): readonly string[] => {
  const checked = checkMessage({ text, blocks });
  if ('refusal' in checked) throw new Error(checked.refusal.error);
  return messageLines(checked.message).map((line) => stripVTControlCharacters(line));
};

test('a message reads as on the page', () => {
  const { text, blocks } = slackMessage(slackInput(), ruleById);
  const lines = linesOf(text, blocks);
  expect(lines[0]).toBe('🔴 CRITICAL: ScheduleKeyDeletion, not undone');
  for (const line of [
    'Account: prod-payments (111122223333)',
    'Deletion: in 6 days 23 hours (after 2026-11-27 09:14 UTC)',
    '[ Keep the key ]  [ Approve deletion ]  [ Snooze ]  [ Acknowledge ]',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.join('\n')).toContain('Open in the AWS console (https://eu-west-1.console.aws.amazon.com/');
});

test('a terminal gets no command of it', () => {
  const text = 'a\u001b]0;owned\u0007b\u009b31m &lt;!here&gt; <!channel>';
  expect(linesOf(text, undefined)).toEqual(['a]0;ownedb31m <!here> @channel']);
  expect(messageLines({ text, blocks: [] }).join('')).not.toMatch(/\p{Cc}/u);
});
