import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { controlsPage } from '../../scripts/report-docs.ts';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { renderJson, reportDocument } from '../../shared/reports/json.ts';
import { reportJsonSchemaText, reportSchema } from '../../shared/reports/json-schema.ts';
import type { ReportInput } from '../../shared/reports/report-input.ts';
import { rules } from '../../shared/rules/index.ts';
import { findingsOfRules } from '../support/findings-of-rules.ts';
import { hostileReport, hostileTexts } from '../support/hostile-report.ts';
import { reportSample } from '../support/report-sample.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const published: unknown = JSON.parse(readFileSync(join(docs, 'report.schema.json'), 'utf8'));
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(reportJsonSchemaText()),
);
const sample = reportSample(60);
const parsed = (input: ReportInput): unknown => JSON.parse([...renderJson(aggregate(input))].join(''));
const faults = (input: ReportInput): readonly unknown[] =>
  validate(parsed(input)) ? [] : (validate.errors ?? ['invalid']);

test('docs/report.schema.json and docs/controls.md are current: otherwise run "npm run docs"', () => {
  expect(published).toEqual(JSON.parse(reportJsonSchemaText()));
  expect(readFileSync(join(docs, 'controls.md'), 'utf8')).toBe(controlsPage(rules));
});

describe('the published schema', () => {
  test.each([
    ['a whole report', sample],
    ['every message of every rule', { ...sample, findings: findingsOfRules() }],
    [
      'a report of nothing',
      {
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
      },
    ],
  ])('holds for %s', (_, input) => {
    expect(faults(input)).toEqual([]);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('holds with %s everywhere', (_, text) => {
    expect(faults(hostileReport(text, 3))).toEqual([]);
  });

  test('refuses another version, and what is missing', () => {
    const whole = reportDocument(aggregate(sample));
    expect(validate({ ...whole, schema: 'kms-guard/report/2' })).toBe(false);
    const { headline: _headline, ...rest } = whole;
    expect(validate(rest)).toBe(false);
  });
});

test('the text is the document, piece by piece', () => {
  const report = aggregate(sample);
  expect(parsed(sample)).toEqual(JSON.parse(JSON.stringify(reportDocument(report))));
  expect(parsed(sample)).toMatchObject({ schema: reportSchema });
  expect(Math.max(...[...renderJson(report)].map((text) => text.length))).toBeLessThan(20_000);
});
