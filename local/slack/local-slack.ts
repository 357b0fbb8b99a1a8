import { randomBytes } from 'node:crypto';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import type { Person } from './interaction.ts';
import { type SlackPage, startSlackPage } from './slack-page.ts';

/** A Slack of one's own: the workspace that takes the guard's messages, and the page that shows them. */
export type LocalSlack = {
  readonly slack: FakeSlack;
  readonly page: SlackPage;
  /** Base of the Web API, on the page's own server. */
  readonly apiUrl: string;
  /** Both made anew for each run: they open nothing else. */
  readonly token: string;
  readonly signingSecret: string;
  readonly close: () => Promise<void>;
};

type Settings = {
  /** Names by channel id; the first is the webhook's. */
  readonly channels: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
  /** The page's; 0 is any free one. @default 0 */
  readonly port?: number;
  /** @default 3, as Slack does */
  readonly secondsToAnswer?: number;
};

/** Throws LocalError where the port is taken. */
export const startLocalSlack = async ({ channels, people, ...options }: Settings): Promise<LocalSlack> => {
  const token = `xoxb-local-${randomBytes(12).toString('hex')}`;
  const signingSecret = randomBytes(16).toString('hex');
  const slack = await startFakeSlack({ token, channels: Object.keys(channels) });
  const { store, handle: api } = slack;
  const settings = { ...options, store, signingSecret, people, channelNames: channels, api };
  const page = await startSlackPage(settings).catch(async (error: unknown) => {
    await slack.close();
    throw error;
  });
  return {
    slack,
    page,
    apiUrl: `${page.url}/api/`,
    token,
    signingSecret,
    close: async () => {
      await page.close();
      await slack.close();
    },
  };
};
