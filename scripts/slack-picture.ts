import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startSlackPage } from '../local/slack/slack-page.ts';
import { channelNames, people, startScene } from '../test/support/slack-scene.ts';

/** Writes `docs/slack.png`: the local Slack page with the messages of a small scene. Needs Chromium, see `CHROMIUM_PATH`. */
const file = join(import.meta.dirname, '..', 'docs', 'slack.png');
const { slack, pendingTs } = await startScene();
const page = await startSlackPage({ store: slack.store, signingSecret: 'not-a-real-secret', people, channelNames });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const view = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  await view.goto(page.url);
  await view.locator(`[data-ts="${pendingTs}"] .context`).scrollIntoViewIfNeeded();
  await view.screenshot({ path: file });
} finally {
  await browser.close();
  await page.close();
  await slack.close();
}
