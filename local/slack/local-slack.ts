import { randomBytes } from 'node:crypto';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import type { Person } from './interaction.ts';
import { type SlackPage, startSlackPage } from './slack-page.ts';

/** A Slack of one's own: the workspace that takes the guard's messages, and the page that shows them. */
export type LocalSlack = {
  readonly slack: FakeSlack;
  readonly page: SlackPage;
  /** Both made anew for each run: they open nothing else. */
  readonly token: string;
  readonly signingSecret: string;
  readonly close: () => Promise<void>;
};

type Settings = {
  /** Names by channel id; the first is the webhook's. */
  readonly channels: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
};

export const startLocalSlack = async ({ channels, people }: Settings): Promise<LocalSlack> => {
  const token = `xoxb-local-${randomBytes(12).toString('hex')}`;
  const signingSecret = randomBytes(16).toString('hex');
  const slack = await startFakeSlack({ token, channels: Object.keys(channels) });
  const page = await startSlackPage({ store: slack.store, signingSecret, people, channelNames: channels });
  return {
    slack,
    page,
    token,
    signingSecret,
    close: async () => {
      await page.close();
      await slack.close();
    },
  };
};
