import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { eventJson, eventJsonSchema, eventJsonSchemaText } from '../../shared/alerts/event-schema.ts';
import { listedAlert } from '../../shared/alerts/slack/index.ts';
import { deliverToBus, findingEvents } from '../../shared/delivery/bus-delivery.ts';
import type { DeliveryForm } from '../../shared/delivery/outbox-message.ts';
import { digestPublication, reminderPublication, stormPublication } from '../../shared/delivery/summary.ts';
import { ruleById } from '../../shared/rules/index.ts';
import {
  alertsOfEveryRule,
  breakerAlert,
  cancelledAlert,
  defenceAlert,
  hostileAlert,
  now,
  pendingAlert,
  statuses,
  sweepAlert,
  unreadableAlert,
  waiversAlert,
} from '../support/alerts.ts';
import { memoryNotifier } from '../support/memory-notifier.ts';
import { keyArn } from '../support/records.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'event.schema.json');
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(eventJsonSchema());

/** What the schema says against it; also a field that it does not name. */
const faultsOf = (text: string): readonly unknown[] => {
  const json: unknown = JSON.parse(text);
  if (!validate(json)) return validate.errors ?? ['invalid'];
  return JSON.stringify(eventJson.parse(json)).length === JSON.stringify(json).length
    ? []
    : [`unnamed field in ${text}`];
};

test('docs/event.schema.json is current: otherwise run "npm run docs"', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(eventJsonSchemaText()));
});

describe('the bus', () => {
  test('has an event for each finding of every rule, by the published schema', () => {
    const { notifier } = memoryNotifier();
    const alerts = [...alertsOfEveryRule(), pendingAlert(), cancelledAlert(), hostileAlert('<x>"\u4e2d')];
    const others = [breakerAlert, unreadableAlert(), sweepAlert(), waiversAlert(), defenceAlert()];
    const events = [...alerts, ...others].flatMap((alert) => findingEvents(notifier, 'alert-1', alert));
    expect(events.length).toBeGreaterThanOrEqual(alerts.length + others.length);
    expect(events.flatMap(({ detail }) => faultsOf(detail))).toEqual([]);
    expect(new Set(events.map(({ detailType }) => detailType))).toEqual(new Set(['kms-guard.finding']));
  });

  test('has every answer and every reminder', async () => {
    const house = memoryNotifier();
    const move = {
      alertId: 'a',
      keyArn,
      findingIds: ['f'],
      by: 'dana',
      what: 'kept it',
      at: '2026-11-20T09:15:00.000Z',
    };
    const reminder = { alertId: 'a', keyArn, deletionDate: '2026-11-27T09:14:07.000Z', level: 1, of: 3 };
    const forms: readonly DeliveryForm[] = [
      ...statuses.map((status) => ({ form: 'move' as const, move: { ...move, status, until: null } })),
      { form: 'reminder', reminder, state: null },
    ];
    for (const what of forms) {
      const delivery = { to: 'bus', what, alertId: 'a', subject: keyArn };
      await deliverToBus(house.notifier, { id: 'd', delivery, since: now, unsure: null });
    }
    expect(house.events).toHaveLength(forms.length);
    expect(house.events.flatMap(({ detail }) => faultsOf(detail))).toEqual([]);
  });
});

test('summaries over SNS are by the published schema', () => {
  const at = '2026-11-20T09:15:00.000Z';
  const line = listedAlert({ alertId: 'a', alert: pendingAlert(), accountName: 'prod', at }, ruleById);
  const listed = Array.from({ length: 80 }, () => line);
  const storm = { stormId: 's', firstAlertId: 'a', since: at, lastAt: at, count: 500, to: ['people'] };
  const reminder = { alertId: 'a', keyArn, deletionDate: '2026-11-27T09:14:07.000Z', level: 3, of: 3 };
  const publications = [
    stormPublication('p', { storm, listed, closed: false }),
    digestPublication('p', '2026-11-20', { listed, count: 80, since: at, until: at }),
    reminderPublication('p', { reminder, state: 'PendingDeletion', line }),
  ];
  expect(publications.flatMap(({ json }) => faultsOf(json))).toEqual([]);
});

test.each([
  ['another version', { schema: 'kms-guard.finding/2' }],
  ['no rule', { rule: undefined }],
  ['a severity of its own', { severity: 'fatal' }],
])('the schema refuses %s', (_, change) => {
  const [event] = findingEvents(memoryNotifier().notifier, 'a', pendingAlert());
  const detail: unknown = JSON.parse(event?.detail ?? '{}');
  expect(faultsOf(JSON.stringify({ ...Object(detail), ...change }))).not.toEqual([]);
});
