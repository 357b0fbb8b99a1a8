import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { assumed, bill, countsOf, totalOf, usageOf } from '../../scripts/cost/model.ts';
import { prices } from '../../scripts/cost/prices.ts';
import { costFile, costPage, judge, scenarios } from '../../scripts/cost-page.ts';
import { rules } from '../../shared/rules/index.ts';
import { guardsOf, rulesOf, watchedOperations } from '../../shared/rules/routes.ts';
import { guardOver } from '../support/guard.ts';
import { memoryPorts } from '../support/memory-ports.ts';

vi.setConfig({ testTimeout: 120_000 });

const [one, many] = scenarios();
if (one === undefined || many === undefined) throw new Error('two scenarios');

test('the page is current: npm run docs', () => {
  expect(readFileSync(costFile, 'utf8')).toBe(costPage([one, many]));
});

test('the page says which goals are met, and does not flatter', () => {
  const page = readFileSync(costFile, 'utf8');
  for (const scenario of [one, many]) {
    const { list, paid, met } = judge(scenario);
    const row = [scenario.title, scenario.goal, paid.toFixed(2), met ? 'met' : '**not met**', list.toFixed(2)];
    expect(page).toContain(`| ${row.join(' | ')} |`);
  }
});

/** Issue 7: 1,000 keys in one account under 3 dollars a month, 100 accounts x 4 Regions x 50 keys under 10. */
test.each([
  [one, { accounts: 1, regions: 1, keysPerRegion: 1_000 }, 3],
  [many, { accounts: 100, regions: 4, keysPerRegion: 50 }, 10],
] as const)('the goal is met: $title', (scenario, load, goal) => {
  expect(scenario.load).toMatchObject(load);
  expect(scenario.goal).toBe(goal);
  expect(judge(scenario).paid).toBeLessThan(goal);
});

test('neither metrics nor alarms cost anything beyond what is free', () => {
  for (const scenario of [one, many]) {
    const lines = judge(scenario).lines.filter(({ name }) => name === 'metrics' || name === 'alarms');
    expect(lines.map(({ paid }) => paid)).toEqual([0, 0]);
  }
});

describe('the model', () => {
  test('takes a call for twice as dear as the mean of those that guards watch', () => {
    const ofLedger: ReadonlySet<string> = new Set(['history', 'policyHistory']);
    const asked = guardsOf(rules).flatMap((guard) => {
      const own = rulesOf(guard, rules);
      return watchedOperations(guard, rules).map((operation) => {
        const needs = own.filter(({ watches }) => watches.includes(operation)).flatMap((rule) => rule.needs);
        return new Set<string>(needs.filter((need) => !ofLedger.has(need))).size;
      });
    });
    const mean = asked.reduce((sum, each) => sum + each, 0) / asked.length;
    expect(asked.length).toBeGreaterThan(15);
    expect(2 * mean).toBeLessThanOrEqual(assumed.requestsPerCall);
  });

  test('takes entries of the ledger for larger than they are on the mean', async () => {
    const folder = join(import.meta.dirname, '..', 'calls');
    const bodies = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    for (const guard of guardsOf(rules)) {
      const ports = memoryPorts();
      const own = rulesOf(guard, rules);
      for (const body of bodies) await guardOver(ports, { guard, rules: own })(body);
      const sizes = ports.ledger.entries.map((entry) => JSON.stringify(entry).length);
      expect(sizes.length).toBeGreaterThan(20);
      const mean = sizes.reduce((sum, each) => sum + each, 0) / sizes.length;
      expect({ guard, fits: mean < 1_000 * assumed.kilobytesOfEntryPerCall }).toEqual({ guard, fits: true });
    }
  });

  test('gives the five free GB of logs once', () => {
    expect(prices.logs.free + prices.archive.free + prices.queries.free).toBe(5);
  });

  const load = { accounts: 1, regions: 1, keysPerRegion: 100, callsPerDay: 10 };

  test('counts what stands in the template', () => {
    const counts = countsOf(one.template);
    const alarms = Object.values(one.template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(counts.alarms).toBeGreaterThanOrEqual(alarms.length);
    expect(counts.guards).toBeGreaterThanOrEqual(3);
    expect(counts.fifo).toBe(1);
    expect(counts.queues).toBeGreaterThanOrEqual(3);
    // Of three guards, the self-guard, the outbox, the sweep and reports.
    expect(counts.deadLetters).toBe(7);
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
