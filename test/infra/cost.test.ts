import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { bill, countsOf, totalOf, usageOf } from '../../scripts/cost/model.ts';
import { prices } from '../../scripts/cost/prices.ts';
import { costFile, costPage, judge, scenarios } from '../../scripts/cost-page.ts';

vi.setConfig({ testTimeout: 120_000 });

const [one, many] = scenarios();
if (one === undefined || many === undefined) throw new Error('two scenarios');

test('the page is current: npm run docs', () => {
  expect(readFileSync(costFile, 'utf8')).toBe(costPage([one, many]));
});

test('the page says which goals are met, and does not flatter', () => {
  const page = readFileSync(costFile, 'utf8');
  for (const scenario of [one, many]) {
    const { list, paid, metAtList, metWithFree } = judge(scenario);
    const word = (met: boolean) => (met ? 'met' : '**not met**');
    expect(page).toContain(
      `| ${scenario.title} | ${scenario.goal} | ${list.toFixed(2)} | ${word(metAtList)} | ${paid.toFixed(2)} | ${word(metWithFree)} |`,
    );
  }
});

/** What it costs now, rounded up: whoever adds an alarm or a request for each key learns here what it costs. */
test('nothing makes it dearer unseen', () => {
  expect(judge(one).list).toBeLessThan(12.5);
  expect(judge(one).paid).toBeLessThan(5);
  expect(judge(many).list).toBeLessThan(32);
  expect(judge(many).paid).toBeLessThan(21);
});

describe('the model', () => {
  const load = { accounts: 1, regions: 1, keysPerRegion: 100, callsPerDay: 10 };

  test('counts what stands in the template', () => {
    const counts = countsOf(one.template);
    const alarms = Object.values(one.template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(counts.alarms).toBeGreaterThanOrEqual(alarms.length);
    expect(counts.guards).toBeGreaterThanOrEqual(3);
    expect(counts.fifo).toBe(1);
    expect(counts.queues).toBeGreaterThanOrEqual(3);
  });

  test.each(['keysPerRegion', 'callsPerDay', 'accounts', 'regions'] as const)('more of %s never costs less', (name) => {
    const small = totalOf(bill(usageOf(one.template, load)));
    const large = totalOf(bill(usageOf(one.template, { ...load, [name]: load[name] * 10 })));
    expect(large.list).toBeGreaterThan(small.list);
    expect(large.paid).toBeGreaterThanOrEqual(small.paid);
  });

  test('what is free is not paid for, what is beyond is', () => {
    const usage = usageOf(one.template, load);
    for (const { name, list, paid } of bill(usage)) {
      expect(list).toBeCloseTo(usage[name] * prices[name].dollars, 10);
      expect(paid).toBeLessThanOrEqual(list);
      expect(paid === 0).toBe(usage[name] <= prices[name].free || usage[name] === 0);
    }
  });
});
