import type { KnownBlock, SectionBlock } from '@slack/types';
import type { Severity } from '../../rules/define-rule.ts';
import { section, titled } from './blocks.ts';
import type { SlackEscalation, SlackInput, SlackStatus, SlackStep } from './slack-input.ts';
import { code, fittingLines, line } from './slack-text.ts';
import { severityIcons, severityWord, statusWords, utc } from './words.ts';

/** The first line: what happened, by its severity while it is open, by its end when it is over. */
export const statusHeadline = (severity: Severity, what: string, status: SlackStatus): string => {
  const open = `${severityIcons[severity]} ${severityWord(severity)}: ${what}`;
  const { icon, word } = statusWords[status];
  return status === 'open' ? open : `${icon} ${word}: ${severityWord(severity)}: ${what}`;
};

export const statusBlock = (status: SlackStatus): SectionBlock => {
  const { icon, word, sentence } = statusWords[status];
  return section(`*Status* ${icon} ${word}. ${sentence}`);
};

/** Louder each time: a warning, then with an alarm and the mention that the configuration allows. */
export const escalationBlocks = ({ escalation }: SlackInput, due: string | null): readonly KnownBlock[] => {
  if (escalation === null) return [];
  const deletion = due === null ? '' : ` Deletion ${code(due, 120)}.`;
  return [section(`${calling(escalation)}*${alarm(escalation)}*${deletion} After it, nothing brings the key back.`)];
};

const calling = ({ mention }: SlackEscalation): string => (mention === null ? '' : `<!${mention}> `);

const alarm = ({ level, of }: SlackEscalation): string => {
  const sirens = '🚨'.repeat(Math.max(0, Math.min(level, 5) - 1));
  const sign = sirens === '' ? '⏰' : sirens;
  const last = level >= of ? 'LAST REMINDER' : `Reminder ${level} of ${of}`;
  return `${sign} ${last}: nobody has answered.`;
};

const stepLine = ({ at, by, what }: SlackStep): string => `• ${line(utc(at), 40)}: ${line(`${by} ${what}`, 240)}`;

/** The newest steps, oldest first. */
export const historyBlocks = (history: readonly SlackStep[], limit: number): readonly KnownBlock[] => {
  const newest = history.slice(-6);
  const earlier = history.length - newest.length;
  const lines = [...(earlier > 0 ? [`… ${earlier} earlier`] : []), ...newest.map(stepLine)];
  return titled('What happened since', fittingLines(lines, limit));
};
