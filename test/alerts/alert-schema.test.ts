import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Alert, KeyAlert } from '../../shared/alerts/alert.ts';
import { alertJson, alertJsonSchema, alertJsonSchemaText } from '../../shared/alerts/alert-schema.ts';
import { alertSchema, renderAlert } from '../../shared/alerts/render.ts';
import { ruleById } from '../../shared/rules/index.ts';
import {
  alertsOfEveryRule,
  breakerAlert,
  cancelledAlert,
  defenceAlert,
  hostileAlert,
  pendingAlert,
  reportAlert,
  sweepAlert,
  unreadableAlert,
  waiversAlert,
} from '../support/alerts.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'alert.schema.json');
const published: unknown = JSON.parse(readFileSync(file, 'utf8'));

/** As a program would check it that has nothing but the published file. */
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(alertJsonSchema());
const jsonOf = (alert: Alert): unknown => JSON.parse(renderAlert(alert, ruleById).json);
const faultsOf = (json: unknown): readonly unknown[] => (validate(json) ? [] : (validate.errors ?? ['invalid']));

const without = (json: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(json).filter(([each]) => each !== name));

const longest = 'x"\u4e2d\\'.repeat(400);
const samples: readonly (readonly [string, Alert])[] = [
  ['a pending deletion', pendingAlert()],
  ['a cancelled deletion', cancelledAlert()],
  [
    'a key that nothing is known of',
    pendingAlert({ keyArn: null, keyId: null, keyState: null, deletionDate: null, sourceIPAddress: null }),
  ],
  ['everything at once', hostileAlert('alias/orders')],
  ['so much that details are left out', hostileAlert(longest)],
  ['an unreadable event', unreadableAlert()],
  ['an unreadable event that is too long', unreadableAlert(longest.repeat(200))],
  ['a breaker', breakerAlert],
  ['an attempt on the guard', defenceAlert()],
  ['an attempt on the guard with too many words', defenceAlert(longest.repeat(20))],
  ['a report', reportAlert()],
  ['a report whose words are too long', reportAlert(longest.repeat(20))],
  ['a sweep', sweepAlert()],
  ['waivers that end', waiversAlert()],
  ['a sweep that found too much', sweepAlert(longest.repeat(20))],
];

test('docs/alert.schema.json is current: otherwise run "npm run docs"', () => {
  expect(published).toEqual(JSON.parse(alertJsonSchemaText()));
});

describe('the published schema', () => {
  test.each(samples)('holds for %s', (_, alert) => {
    expect(faultsOf(jsonOf(alert))).toEqual([]);
  });

  test('holds for every message of every rule', () => {
    expect(alertsOfEveryRule().flatMap((alert) => faultsOf(jsonOf(alert)))).toEqual([]);
  });

  test.each(samples)('names every field of %s', (_, alert) => {
    const json = jsonOf(alert);
    expect(alertJson.parse(json)).toEqual(json);
  });

  test.each<[string, (json: Record<string, unknown>) => unknown]>([
    ['another version', (json) => ({ ...json, schema: 'kms-guard.alert/2' })],
    ['no severity', (json) => without(json, 'severity')],
    ['a severity of its own', (json) => ({ ...json, severity: 'fatal' })],
    ['another kind', (json) => ({ ...json, kind: 'note' })],
    ['no decision', (json) => without(json, 'decision')],
    [
      'an outcome that there is not',
      (json) => ({ ...json, outcomes: [{ remedy: 'cancelKeyDeletion', outcome: 'maybe' }] }),
    ],
    ['a remedy that there is not', (json) => ({ ...json, outcomes: [{ remedy: 'deleteKey', outcome: 'done' }] })],
    ['a subject that SNS refuses', (json) => ({ ...json, subject: 'x'.repeat(100) })],
  ])('refuses %s', (_, change) => {
    const json: Record<string, unknown> = { ...alertJson.parse(jsonOf(pendingAlert())) };
    expect(faultsOf(json)).toEqual([]);
    expect(faultsOf(change(json))).not.toEqual([]);
  });

  test('lets a later version add fields', () => {
    const json: Record<string, unknown> = { ...alertJson.parse(jsonOf(pendingAlert())), added: 1 };
    expect(faultsOf(json)).toEqual([]);
  });
});

test('only what says "truncated" lacks details', () => {
  const whole = jsonOf(pendingAlert());
  const cut = jsonOf(hostileAlert(longest));
  const names: readonly (keyof KeyAlert)[] = ['verdicts', 'actor', 'aliases', 'keyState', 'policyChange'];
  expect(whole).not.toHaveProperty('truncated');
  for (const name of names) expect(whole).toHaveProperty(name);
  expect(cut).toMatchObject({ schema: alertSchema, truncated: true });
});
