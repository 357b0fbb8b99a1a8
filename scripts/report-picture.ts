import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aggregate } from '../shared/reports/aggregate.ts';
import { renderHtml } from '../shared/reports/html/page.ts';
import { startChromium } from '../test/browser/chromium.ts';
import { reportSample } from '../test/support/report-sample.ts';

/** `node scripts/report-picture.ts`: docs/report.png, the head of a report about an invented estate, for the README. */
const picture = join(import.meta.dirname, '..', 'docs', 'report.png');
const folder = await mkdtemp(join(tmpdir(), 'kms-guard-picture-'));
const browser = await startChromium();
try {
  const file = join(folder, 'report.html');
  await writeFile(file, renderHtml(aggregate(reportSample(1_200))));
  const page = await browser.newPage({ viewport: { width: 1_240, height: 1_000 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  const chart = await page.locator('#chart-rotation').boundingBox();
  const height = Math.ceil((chart?.y ?? 1_500) + (chart?.height ?? 0) + 8);
  await page.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: 1_240, height } });
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
