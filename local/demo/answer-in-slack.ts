import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { buttonActions } from '../../shared/alerts/slack/index.ts';
import type { Person } from '../slack/interaction.ts';
import type { LocalSlack } from '../slack/local-slack.ts';
import type { StoredMessage } from '../slack/message-store.ts';
import { dana, demoChannel, ravi } from './demo-slack.ts';
import type { SlackScreen } from './slack-screen.ts';

type Answering = {
  readonly local: LocalSlack;
  readonly screen: SlackScreen;
  /** Whose deletion was cancelled. */
  readonly keyArn: string;
  readonly say: (line: string) => void;
};

/** Four eyes: Dana may not approve her own deletion, Ravi may. Clicks go as the page sends them. True when both came out so. */
export const answerInSlack = async ({ local, screen, keyArn, say }: Answering): Promise<boolean> => {
  const { slack, page } = local;
  say(`\n${styleText('bold', '> In Slack, Dana, who scheduled it, and then Ravi press "Approve deletion"')}`);
  const message = slack.messages(demoChannel).find((each) => hasApprove(each, keyArn));
  if (message === undefined) {
    say('  the channel has no such message');
    return false;
  }
  const press = async (person: Person): Promise<void> =>
    say(`  ${person.name}: ${await click(local, message, person)}`);
  const noteFor =
    ({ name }: Person, words: string) =>
    () =>
      page.notes().find(({ person, text }) => person === name && text.includes(words))?.text;
  await press(dana);
  const refused = await until(noteFor(dana, 'A second person must approve'));
  say(`  only Dana reads: ${refused ?? 'nothing within 30 s'}`);
  await press(ravi);
  const approved = await until(noteFor(ravi, 'Approved'));
  say(`  only Ravi reads: ${approved ?? 'nothing within 30 s'}`);
  const moved = await until(() => {
    const now = slack.store.get(demoChannel, message.ts);
    return now !== null && JSON.stringify(now.blocks).includes('approved the deletion') ? now : undefined;
  });
  screen.showNews();
  return refused !== undefined && approved !== undefined && moved !== undefined;
};

const hasApprove = ({ blocks }: StoredMessage, keyArn: string): boolean =>
  JSON.stringify(blocks).includes(keyArn) &&
  blocks.some(({ type, ...block }) => type === 'actions' && JSON.stringify(block).includes(buttonActions.approve));

const click = async ({ page }: LocalSlack, { ts }: StoredMessage, { id }: Person): Promise<string> => {
  const body = JSON.stringify({ channel: demoChannel, ts, actionId: buttonActions.approve, person: id });
  const answer = await fetch(`${page.url}/click`, { method: 'POST', body });
  return answer.text();
};

const until = async <T>(ask: () => T | undefined): Promise<T | undefined> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = ask();
    if (found !== undefined || Date.now() > deadline) return found;
    await sleep(100);
  }
};
