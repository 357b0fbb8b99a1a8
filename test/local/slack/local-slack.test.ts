import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../../../local/listen.ts';
import { LocalError } from '../../../local/local-error.ts';
import { startLocalSlack } from '../../../local/slack/local-slack.ts';
import { slackClient } from '../../../shared/adapters/slack-client.ts';
import { slackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import { isResponseUrl } from '../../../shared/slack-actions/response-url.ts';
import { slackInput } from '../../support/alerts.ts';

const channel = 'C0ALERTS';
const people = [{ id: 'U0DANA', name: 'Dana' }];
const settings = { channels: { [channel]: 'kms-alerts' }, people };

test('one origin takes messages and answers to clicks, as Slack must have it for slack-answers', async () => {
  const local = await startLocalSlack(settings);
  const { origin } = new URL(local.apiUrl);
  expect(isResponseUrl(`${local.page.url}/respond/1.0/U0DANA`, origin)).toBe(true);
  const post = (token: string) =>
    slackClient({ token, apiUrl: local.apiUrl }).post({
      channel,
      threadTs: null,
      broadcast: false,
      messageId: 'm',
      message: slackMessage(slackInput(), ruleById),
    });
  expect(await post(local.token)).toMatchObject({ ok: true });
  expect(await post('xoxb-another')).toMatchObject({ ok: false });
  const [message] = local.slack.messages(channel);
  const body = JSON.stringify({ text: 'only you read this' });
  await fetch(`${local.page.url}/respond/${message?.ts}/U0DANA`, { method: 'POST', body });
  expect(local.page.notes()).toEqual([{ ts: message?.ts, person: 'Dana', text: 'only you read this' }]);
  await local.close();
});

test('a page whose port is taken leaves nothing behind', async () => {
  const other = createServer();
  const port = Number(new URL(await listenOnLoopback(other, 0)).port);
  await expect(startLocalSlack({ ...settings, port })).rejects.toThrow(LocalError);
  other.close();
  const local = await startLocalSlack({ ...settings, port });
  expect(local.page.url).toBe(`http://127.0.0.1:${port}`);
  await local.close();
});
