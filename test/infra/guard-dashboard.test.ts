import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { heartbeatMetric, metricSource, metricUnits } from '../../shared/metrics.ts';
import { guardTemplates, only, plain } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const bodySchema = z.object({
  widgets: z.array(
    z.object({
      properties: z.object({
        title: z.string(),
        metrics: z._default(z.array(z.array(z.unknown())), []),
        query: z.optional(z.string()),
      }),
    }),
  ),
});

const widgetsOf = (template: ReturnType<typeof synthesize>) => {
  const body = plain(only(template, 'AWS::CloudWatch::Dashboard').Properties['DashboardBody']);
  return bodySchema.parse(JSON.parse(String(body))).widgets.map(({ properties }) => properties);
};

const root = join(import.meta.dirname, '..', '..');
const sources = ['shared', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

/** The names that code gives to `log.metric`, and those that `heartbeatMetric` gives it. */
const emitted = new Set([
  ...sources.flatMap((text) => [...text.matchAll(/\.metric\('([^']+)'/g)].map(([, name = '']) => name)),
  ...['deletion-guard', 'rotation-guard', 'policy-guard', 'self-guard'].map((guard) => heartbeatMetric(guard) ?? ''),
]);

const template = synthesize({ sweep: true });
const widgets = widgetsOf(template);
const metrics = widgets.flatMap(({ metrics: all }) => all);
const isOwn = ([namespace]: readonly unknown[]): boolean => namespace === 'KmsGuard';

describe('the dashboard', () => {
  test('shows what the guard does from the event to the alert, and whether it is alive', () => {
    expect(widgets.map(({ title }) => title)).toEqual([
      'Events received',
      'Decisions and remedies',
      'Deliveries of alerts',
      'From the call to the decision',
      'From the call to the remedy',
      'Oldest message waiting, seconds',
      'Dead letters',
      'Heartbeats that came through',
      'Sweeps',
      'Regions that sweeps read in full, percent',
      'Decisions by guard',
      'Remedies by guard',
      'Deliveries by destination',
      'Heartbeats under way, milliseconds',
      'Regions that sweeps read',
    ]);
    for (const { title, metrics: all, query } of widgets) {
      expect({ title, shown: all.length > 0 || query !== undefined }).toEqual({ title, shown: true });
    }
  });

  test.each(metrics.filter(isOwn).map((metric) => [String(metric[1]), metric] as const))(
    '%s is written by some code, with the one dimension that is asked for',
    (name, [, , dimension, service]) => {
      expect(emitted.has(name)).toBe(true);
      expect([dimension, service]).toEqual(['service', metricSource.service]);
    },
  );

  test('a name that nobody writes would be seen', () => {
    expect([...emitted].toSorted()).toEqual(Object.keys(metricUnits).toSorted());
    expect(emitted.has('decision.alert')).toBe(false);
  });

  test('shows every guard and queue', () => {
    const titled = (title: string) => JSON.stringify(widgets.find((widget) => widget.title === title));
    for (const guard of ['deletion-guard', 'rotation-guard', 'policy-guard', 'self-guard']) {
      expect(titled('Heartbeats that came through')).toContain(`heartbeat.${guard}`);
    }
    expect(widgets[0]?.metrics).toHaveLength(4);
    expect(titled('Oldest message waiting, seconds')).toContain('Outbox/Queue');
    expect(titled('Dead letters')).toContain('Defence/Route/DeadLetters');
  });

  test('asks the logs of the functions that write what it asks for', () => {
    const queries = widgets.flatMap(({ title, query }) => (query === undefined ? [] : [{ title, query }]));
    expect(queries).toHaveLength(5);
    for (const { query } of queries) {
      const [, message = ''] = query.match(/message = "([^"]+)"/) ?? [];
      expect(sources.some((text) => text.includes(`log.info('${message}'`))).toBe(true);
    }
    const asked = (title: string) => queries.find((each) => each.title === title)?.query ?? '';
    for (const guard of ['DeletionGuard', 'RotationGuard', 'PolicyGuard', 'DefenceSelfGuard']) {
      expect(asked('Decisions by guard')).toContain(`SOURCE '\${${guard}Logs`);
    }
    expect(asked('Deliveries by destination')).toMatch(/^SOURCE '\$\{NotifierLogs\w+\}' \|/);
    expect(asked('Regions that sweeps read')).toMatch(/^SOURCE '\$\{SweepCloseLogs\w+\}' \|/);
  });

  test('is free: at most 50 metrics', () => {
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  test('shows no sweep where there is none', () => {
    expect(widgetsOf(synthesize()).map(({ title }) => title)).not.toContain('Sweeps');
  });
});
