import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { ReportInput } from '../../shared/reports/report-input.ts';
import { reportSample } from '../support/report-sample.ts';
import { type Reports, startReports } from './chromium.ts';

let reports: Reports;
beforeAll(async () => {
  reports = await startReports();
});
afterAll(() => reports.end());

const sample = reportSample(400);
const rows = (page: Page) => page.locator('#key-rows > tr:not(.detail)');
const column = (page: Page, at: number) =>
  page.locator(`#key-rows > tr:not(.detail) > :nth-child(${at})`).allInnerTexts();
const status = (page: Page) => page.locator('#key-status').innerText();

const violations = z.array(
  z.object({ id: z.string(), impact: z.nullable(z.string()), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe-core finds, of every impact. It is run by the debugger, whom the page's policy does not bind. */
const axe = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const found: unknown = await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return violations.parse(found).map(
    ({ id, impact, nodes }) =>
      `${impact} ${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(' | ')}`,
  );
};

describe.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
  ['with less motion', { reducedMotion: 'reduce' }],
] as const)('%s', (_name, options) => {
  test('the page is quiet, fits, and is accessible with everything open', async () => {
    const { page, said, requests } = await reports.open(sample, options);
    await page.locator('.opener').first().click();
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(said).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  });
});

const { sweep } = sample;
if (sweep === null) throw new Error('the sample has no sweep');
const bare: ReportInput = {
  ...sample,
  sweep: null,
  keyRows: null,
  findings: [],
  actions: null,
  approvals: null,
  waivers: null,
  trend: null,
  previous: null,
  heartbeatGaps: null,
};
const nothing = { actions: [], approvals: [], waivers: [], heartbeatGaps: [] };
const keyless = { ...bare, ...nothing, sweep: { ...sweep, keys: 0, unreadable: [] }, keyRows: [] };

describe.each([
  ['that knows nothing', bare],
  ['without a sweep', { ...sample, sweep: null, keyRows: null }],
  ['of no key', keyless],
  ['of one key', { ...keyless, sweep: { ...sweep, keys: 1 }, keyRows: (sample.keyRows ?? []).slice(0, 1) }],
] as const)('a report %s', (_name, input) => {
  test.each(['light', 'dark'] as const)('is quiet, fits, and is accessible: %s', async (colorScheme) => {
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const { page, said, requests } = await reports.open(input, { colorScheme, viewport });
      await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect([said, requests]).toEqual([[], []]);
      await page.context().close();
    }
  });
});

describe('the table of keys', () => {
  test('begins with the gravest, fifty at a time', async () => {
    const { page } = await reports.open(sample);
    expect(await rows(page).count()).toBe(50);
    expect(await status(page)).toBe('400 keys');
    expect(await page.locator('#page-text').innerText()).toBe('Page 1 of 8');
    expect((await column(page, 7))[0]).toMatch(/^critical/);
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.locator('#page-text').innerText()).toBe('Page 2 of 8');
    for (let at = 2; at < 8; at += 1) await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.locator('#page-after').isDisabled()).toBe(true);
    expect(await rows(page).count()).toBe(50);
    await page.context().close();
  });

  test('sorts by a column, both ways, and says so to those who cannot see it', async () => {
    const { page } = await reports.open(sample);
    const heading = page.locator('th[data-column="region"]');
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
    expect(new Set(await column(page, 3))).toEqual(new Set(['ap-southeast-2']));
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(new Set(await column(page, 3))).toEqual(new Set(['us-east-1']));
    await page.context().close();
  });

  test('sorts names as people do, and what is not known comes last both ways', async () => {
    const { page } = await reports.open(sample);
    await page.locator('th[data-column="name"] button').click();
    const names = await page.locator('#key-rows .opener').allInnerTexts();
    expect(names).toEqual(names.toSorted());
    for (const _way of ['ascending', 'descending']) {
      await page.locator('th[data-column="rotation"] button').click();
      expect(await column(page, 5)).not.toContain('not read');
    }
    await page.context().close();
  });

  test('filters, searches, tells how many are left, and can be reset', async () => {
    const { page } = await reports.open(sample);
    await page.getByLabel('State', { exact: true }).selectOption('Disabled');
    const disabled = (sample.keyRows ?? []).filter(({ state }) => state === 'Disabled');
    expect(await status(page)).toBe(`${disabled.length} of 400 keys`);
    await page.getByLabel('Account', { exact: true }).selectOption('111122223333');
    const there = disabled.filter(({ account }) => account === '111122223333');
    expect(await status(page)).toBe(`${there.length} of 400 keys`);
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByLabel('Search', { exact: true }).fill('ORDERS prod');
    const found = (sample.keyRows ?? []).filter((row) => {
      const text = JSON.stringify([row.aliases, row.tags, row.keyArn, sample.accountNames[row.account]]).toLowerCase();
      return text.includes('orders') && text.includes('prod');
    });
    await expect.poll(() => status(page)).toBe(`${found.length} of 400 keys`);
    await page.getByLabel('Search', { exact: true }).fill('nobody has this');
    expect(await status(page)).toBe('0 of 400 keys');
    expect(await rows(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await status(page)).toBe('0 of 400 keys');
    await page.context().close();
  });

  test.each([
    ['critical or high', /^(critical|high)/],
    ['undecided', /./],
    ['none', /^none$/],
  ])('filters by findings: %s', async (choice, cell) => {
    const { page } = await reports.open(sample);
    await page.locator('#filter-findings').selectOption(choice);
    const cells = await column(page, 7);
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.filter((text) => !cell.test(text))).toEqual([]);
    await page.context().close();
  });

  test('opens a key by keyboard alone, and closes it', async () => {
    const { page } = await reports.open(sample);
    const opener = page.locator('.opener').first();
    await opener.focus();
    await page.keyboard.press('Enter');
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    const detail = page.locator('#key-rows tr.detail');
    expect(await detail.innerText()).toContain('arn:aws:kms:');
    await page.keyboard.press('Space');
    expect(await detail.count()).toBe(0);
    await page.context().close();
  });

  test('sorts, filters and searches by keyboard alone', async () => {
    const { page } = await reports.open(sample);
    await page.getByLabel('Search', { exact: true }).focus();
    await page.keyboard.type('eu-west-1');
    const found = (sample.keyRows ?? []).filter(({ region }) => region === 'eu-west-1');
    await expect.poll(() => status(page)).toBe(`${found.length} of 400 keys`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Disabled');
    const disabled = found.filter(({ state }) => state === 'Disabled');
    await expect.poll(() => status(page)).toBe(`${disabled.length} of 400 keys`);
    for (let at = 0; at < 4; at += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset');
    await page.keyboard.press('Enter');
    await expect.poll(() => status(page)).toBe('400 keys');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('th[aria-sort]').getAttribute('data-column')).toBe('name');
    await page.keyboard.press('Space');
    expect(await page.locator('th[data-column="name"]').getAttribute('aria-sort')).toBe('descending');
    await page.context().close();
  });

  test('holds 10,000 keys, of which a page at a time is in the document', async () => {
    const { page, said } = await reports.open(reportSample(10_000));
    expect(await status(page)).toBe('10,000 keys');
    expect(await rows(page).count()).toBe(50);
    await page.locator('th[data-column="used"] button').click();
    await page.getByLabel('Search', { exact: true }).fill('alias/cards-99');
    expect(await rows(page).count()).toBeGreaterThan(0);
    expect(said).toEqual([]);
    await page.context().close();
  });
});

describe('the page', () => {
  test('turns dark and back at a click', async () => {
    const { page } = await reports.open(sample, { colorScheme: 'light' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await ground()).not.toBe(light);
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await ground()).toBe(light);
    await page.context().close();
  });

  test('opens the rule that a link names', async () => {
    const { page } = await reports.open(sample);
    const link = page.locator('.todo a').last();
    const href = await link.getAttribute('href');
    const rule = page.locator(String(href));
    await page.evaluate(`document.querySelector('${href}').open = false`);
    expect(await rule.getAttribute('open')).toBeNull();
    await link.click();
    await expect.poll(() => rule.getAttribute('open')).toBe('');
    await page.context().close();
  });

  test('opens what a control names, and what found nothing too', async () => {
    const { page } = await reports.open(sample);
    await page.locator('#controls summary').first().click();
    const links = page.locator('#controls details[open] a');
    for (const link of await links.all()) {
      const place = page.locator(`${await link.getAttribute('href')} >> xpath=ancestor-or-self::details[1]`);
      await link.click();
      await expect.poll(() => place.getAttribute('open')).toBe('');
    }
    expect(await links.count()).toBeGreaterThan(2);
    await page.context().close();
  });

  test('can be read without scripts: the first keys, every rule and its findings', async () => {
    const { page } = await reports.open(sample, { javaScriptEnabled: false });
    expect(await rows(page).count()).toBe(50);
    expect(await page.locator('.without-script').isVisible()).toBe(true);
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await page.locator('details.rule table').count()).toBeGreaterThan(3);
    await page.context().close();
  });

  test('prints light, without its controls, with what was folded', async () => {
    const { page } = await reports.open(sample, { colorScheme: 'dark' });
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    for (const control of ['nav', '#theme', '#search', '#page-after'])
      expect(await page.locator(control).isVisible()).toBe(false);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await rows(page).count()).toBe(200);
    expect(await page.locator('details.rule:not([open])').count()).toBe(0);
    // A browser repeats no button at the head of each page: on paper the columns are named by text.
    const names = page.locator('#key-table thead .on-paper');
    expect(await names.allInnerTexts()).toEqual([
      'Key',
      'Account',
      'Region',
      'State',
      'Rotation',
      'Last used',
      'Findings',
      'A month',
    ]);
    expect(await page.locator('#key-table thead button').first().isVisible()).toBe(false);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await rows(page).count()).toBe(50);
    expect(await page.locator('details.rule:not([open])').count()).toBeGreaterThan(0);
    await page.context().close();
  });
});
