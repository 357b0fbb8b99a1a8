import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { renderHtml } from '../../shared/reports/html/page.ts';
import type { ReportInput } from '../../shared/reports/report-input.ts';

/** Debian's; another place by CHROMIUM_PATH. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** @throws Error that says what to install: a browser test that is left out proves nothing. */
export const startChromium = async (): Promise<Browser> => {
  if (!existsSync(executablePath))
    throw new Error(`these tests need Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
};

export type Opened = {
  readonly page: Page;
  /** What the console said, errors of scripts and of the page's own policy among it. */
  readonly said: readonly string[];
  /** Every request but that of the file. */
  readonly requests: readonly string[];
};

export type Reports = {
  /** Writes the report to a file, as somebody gets it by mail, and opens it. */
  readonly open: (input: ReportInput, options?: BrowserContextOptions) => Promise<Opened>;
  readonly end: () => Promise<void>;
};

export const startReports = async (): Promise<Reports> => {
  const browser = await startChromium();
  const folder = await mkdtemp(join(tmpdir(), 'kms-guard-report-'));
  let files = 0;
  return {
    open: async (input, options = {}) => {
      files += 1;
      const file = join(folder, `${files}.html`);
      await writeFile(file, renderHtml(aggregate(input)));
      const url = pathToFileURL(file).href;
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const said: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(url) && request.url() !== 'data:,') requests.push(request.url());
      });
      await page.goto(url);
      return { page, said, requests };
    },
    end: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
