import type { KnownBlock } from '@slack/types';
import { context, fieldSection, fittingBlocks, header, titled } from './blocks.ts';
import { answerButtons } from './buttons.ts';
import { accountText } from './key-facts.ts';
import { countsBy, listedLine, worstFirst } from './listed-alert.ts';
import { escalationBlocks, historyBlocks, statusBlock, statusHeadline } from './progress.ts';
import type { ListedAlert, SlackInput, SlackStorm } from './slack-input.ts';
import { code, fittingLines, line } from './slack-text.ts';
import { severityWord, utc } from './words.ts';

const stormHeadline = ({ count, since, listed }: SlackStorm): string => {
  const [most] = countsBy(listed, ({ headline }) => headline);
  const kind = most === undefined ? 'alerts' : `alerts, most of them: ${most.replace(/: \d+$/, '')}`;
  return `Storm: ${count} ${kind}, since ${utc(since)}`;
};

export const stormFallback = (storm: SlackStorm): string => {
  const [worst] = worstFirst(storm.listed);
  return `${severityWord(worst?.severity ?? 'critical')}: ${stormHeadline(storm)}`;
};

/** Many alerts as one message that counts all of them and lists the worst. */
export const stormBlocks = (storm: SlackStorm, input: SlackInput): readonly KnownBlock[] => {
  const sorted = worstFirst(storm.listed);
  const severity = sorted[0]?.severity ?? 'critical';
  return fittingBlocks((scale) => [
    header(statusHeadline(severity, stormHeadline(storm), input.status)),
    ...escalationBlocks(input, null),
    statusBlock(input.status),
    fieldSection([
      ['How many', code(`${storm.count} since ${utc(storm.since)}`, 120)],
      ['By severity', counts(sorted, ({ severity: each }) => severityWord(each))],
      ['By account', counts(sorted, ({ account, accountName }) => accountText(account, accountName))],
      ['By Region', counts(sorted, ({ region }) => region)],
    ]),
    ...titled('Which, the worst first', listText(sorted, storm.count, Math.floor(2_700 * scale))),
    ...historyBlocks(input.history, Math.floor(700 * scale)),
    ...answerButtons(input),
    context(line(`kms-guard · alert ${input.alertId} · each alert is in the ledger and on the event bus`, 250)),
  ]);
};

const counts = (listed: readonly ListedAlert[], name: (alert: ListedAlert) => string): string => {
  const [first = 'unknown', second, third, ...more] = countsBy(listed, name);
  const texts = [first, second, third].filter((text) => text !== undefined).map((text) => code(text, 120));
  return more.length > 0 ? `${texts.join('\n')}\nand ${more.length} more` : texts.join('\n');
};

/** So many lines as fit, and how many alerts there are besides. */
export const listText = (sorted: readonly ListedAlert[], count: number, limit: number): string => {
  const lines: string[] = [];
  let length = 60;
  for (const each of sorted) {
    const text = listedLine(each);
    if (length + text.length + 1 > limit) break;
    lines.push(text);
    length += text.length + 1;
  }
  const more = count - lines.length;
  return fittingLines(more > 0 ? [...lines, `… and ${more} more`] : lines, limit);
};
