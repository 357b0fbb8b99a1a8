import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileReport, hostileTexts } from '../support/hostile-report.ts';
import { type Reports, startReports } from './chromium.ts';

let reports: Reports;
let expected: unknown;
beforeAll(async () => {
  reports = await startReports();
  const { page } = await pageWith('harmless');
  expected = await page.evaluate(elements);
  await page.context().close();
});
afterAll(() => reports.end());

/** Cells whose text reaches out of them, with everything open. */
const escaped = `[...document.querySelectorAll('td, th, .card, .deeds li, dd')].filter((cell) => cell.getClientRects().length > 0).flatMap((cell) => {
  const own = cell.getBoundingClientRect();
  return [...cell.querySelectorAll('bdi')].filter((text) => {
    const { left, right } = text.getBoundingClientRect();
    return left < own.left - 1 || right > own.right + 1;
  }).map((text) => cell.tagName + ': ' + text.textContent.slice(0, 60));
})`;

/** The order of all elements by name, the folded ones of long texts left out: what a text must not change. */
const elements = `[...document.querySelectorAll('body *')].filter((element) => element.closest('.full') === null).map(({ tagName }) => tagName).join(' ')`;

const openEverything = async (page: Page): Promise<void> => {
  await page.locator('.opener').first().click();
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
};

const pageWith = async (text: string) => {
  const opened = await reports.open(hostileReport(text));
  await openEverything(opened.page);
  return opened;
};

test.each(hostileTexts.map((text) => [text.slice(0, 60), text] as const))(
  '%j stays in its cell',
  async (_name, text) => {
    const { page, said, requests } = await pageWith(text);
    expect(await page.evaluate(elements)).toBe(expected);
    expect(await page.evaluate(escaped)).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(said).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  },
);

test('right-to-left text turns nothing around it', async () => {
  const { page } = await pageWith('مفتاح 123');
  const where = `(() => { const [name, id] = document.querySelectorAll('#coverage th .name, #coverage th .id'); return [name, id].map((part) => Math.round(part.getBoundingClientRect().left)); })()`;
  const [name, id] = (await page.evaluate(where)) as readonly [number, number];
  expect(id).toBeGreaterThanOrEqual(name);
  expect(await page.evaluate(`getComputedStyle(document.querySelector('#coverage th')).direction`)).toBe('ltr');
  await page.context().close();
});

test('the check itself sees a cell that bursts and an element that is added', async () => {
  const { page } = await pageWith('harmless');
  const before = await page.evaluate(elements);
  await page.evaluate(
    `document.querySelector('td bdi').style.cssText = 'display:inline-block;transform:translateX(5000px)'`,
  );
  expect(await page.evaluate(escaped)).not.toEqual([]);
  await page.evaluate(`document.querySelector('td bdi').append(document.createElement('b'))`);
  expect(await page.evaluate(elements)).not.toBe(before);
  await page.context().close();
});
