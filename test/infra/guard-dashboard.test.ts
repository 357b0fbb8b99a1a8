import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { guardTemplates, only, plain } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const bodySchema = z.object({
  widgets: z.array(z.object({ properties: z.object({ title: z.string(), metrics: z.array(z.array(z.unknown())) }) })),
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

/** The names that code gives to `log.metric`, as patterns: `decision.${action}` may end in any word. */
const emitted = sources
  .flatMap((text) => [...text.matchAll(/\.metric\(\s*(?:'([^']+)'|`([^`]+)`)/g)])
  .map(([, literal, template]) => literal ?? template ?? '')
  .map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[\\w-]+')}$`));

const template = synthesize({ sweep: true });
const widgets = widgetsOf(template);
const metrics = widgets.flatMap(({ metrics: all }) => all);
const isOwn = ([namespace]: readonly unknown[]): boolean => namespace === 'KmsGuard';

describe('the dashboard', () => {
  test('shows what the guard does from the event to the alert, and whether it is alive', () => {
    expect(widgets.map(({ title }) => title)).toEqual([
      'Events received',
      'Decisions',
      'Remedies',
      'From the call to the decision, p95',
      'From the call to the remedy, p95',
      'Heartbeats under way, p95',
      'Deliveries of alerts',
      'Oldest message waiting, seconds',
      'Dead letters',
      'Heartbeats that came through',
      'Sweeps',
      'Regions that sweeps read',
      'Keys that sweeps saw',
    ]);
    for (const { title, metrics: all } of widgets) expect(`${title}: ${all.length > 0}`).toBe(`${title}: true`);
  });

  test.each(metrics.filter(isOwn).map((metric) => [String(metric[1]), metric] as const))(
    '%s is written by some code, of the function that is asked for',
    (name, [, , dimension, service]) => {
      expect(emitted.some((pattern) => pattern.test(name))).toBe(true);
      expect(dimension).toBe('service');
      expect(['deletion-guard', 'rotation-guard', 'policy-guard', 'self-guard', 'notifier', 'sweep-close']).toContain(
        service,
      );
    },
  );

  test('a name that nobody writes would be seen', () => {
    expect(emitted.length).toBeGreaterThan(10);
    expect(emitted.some((pattern) => pattern.test('decisions.alert'))).toBe(false);
  });

  test('shows every guard and queue, and each remedy at the guard that has it', () => {
    const titled = (title: string) => JSON.stringify(widgets.find((widget) => widget.title === title));
    for (const guard of ['deletion-guard', 'rotation-guard', 'policy-guard', 'self-guard']) {
      expect(titled('Heartbeats that came through')).toContain(`heartbeat.${guard}`);
    }
    expect(widgets[0]?.metrics).toHaveLength(4);
    expect(titled('Oldest message waiting, seconds')).toContain('Outbox/Queue');
    expect(titled('Dead letters')).toContain('Defence/Route/DeadLetters');
    expect(titled('Remedies')).toContain('"remedy.cancelKeyDeletion.done","service","deletion-guard"');
    expect(titled('Remedies')).toContain('"remedy.restoreKeyPolicy.done","service","policy-guard"');
  });

  test('is free: at most 50 metrics', () => {
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  test('shows no sweep where there is none', () => {
    expect(widgetsOf(synthesize()).map(({ title }) => title)).not.toContain('Sweeps');
  });
});
