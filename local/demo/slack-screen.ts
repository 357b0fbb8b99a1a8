import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { LocalSlack } from '../slack/local-slack.ts';
import type { StoredMessage } from '../slack/message-store.ts';
import { messageLines } from '../slack/message-text.ts';
import { demoChannel } from './demo-slack.ts';

/** The channel in the terminal: what came or changed since it was shown last. */
export type SlackScreen = {
  /** Waits until the channel has something new about a key, and shows it; false when nothing came in time. */
  readonly showAbout: (keyArn: string, seconds: number) => Promise<boolean>;
  /** Shows whatever is new, without waiting. */
  readonly showNews: () => void;
};

type Say = (line: string) => void;

export const slackScreen = ({ slack }: LocalSlack, say: Say): SlackScreen => {
  const shown = new Map<string, number>();
  const news = (): readonly StoredMessage[] =>
    slack.messages(demoChannel).filter(({ ts, edits }) => edits > (shown.get(ts) ?? -1));
  const show = (message: StoredMessage): void => {
    const isNew = !shown.has(message.ts);
    shown.set(message.ts, message.edits);
    showMessage(message, isNew, say);
  };
  return {
    showNews: () => news().forEach(show),
    showAbout: async (keyArn, seconds) => {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        const about = news().filter((message) => JSON.stringify(message.blocks).includes(keyArn));
        about.forEach(show);
        if (about.length > 0 || Date.now() > deadline) return about.length > 0;
        await sleep(100);
      }
    },
  };
};

/** The first two lines, headline and status, are what changes as an alert moves on. */
const showMessage = (message: StoredMessage, isNew: boolean, say: Say): void => {
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const lines = messageLines(message).filter((line) => line.trim() !== '');
  say(styleText('gray', `  | in Slack${isReply ? ', in the thread' : ''}${isNew ? '' : ', the message now'}`));
  for (const line of isNew ? lines : lines.slice(0, 2)) say(`  ${styleText('gray', '|')} ${line}`);
};
