import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { ocsfVersion, renderOcsf } from '../../shared/reports/ocsf.ts';
import type { ReportFinding, ReportInput } from '../../shared/reports/report-input.ts';
import { findingsOfRules } from '../support/findings-of-rules.ts';
import { hostileReport, hostileTexts } from '../support/hostile-report.ts';
import { complianceFinding18, complianceFinding19 } from '../support/ocsf-schema.ts';
import { reportSample } from '../support/report-sample.ts';

const ajv = () => new Ajv2020({ strict: false, allErrors: true });
const validators = [ajv().compile(complianceFinding18), ajv().compile(complianceFinding19())];

const event = z.looseObject({
  type_uid: z.number(),
  class_uid: z.number(),
  activity_id: z.number(),
  status_id: z.number(),
  severity_id: z.number(),
  metadata: z.looseObject({ version: z.string() }),
  compliance: z.looseObject({ status_id: z.number() }),
  finding_info: z.looseObject({ uid: z.string(), first_seen_time: z.number(), last_seen_time: z.number() }),
});
const eventsOf = (input: ReportInput): readonly z.infer<typeof event>[] =>
  [...renderOcsf(aggregate(input))].map((line) => event.parse(JSON.parse(line)));
const faults = (input: ReportInput): readonly unknown[] =>
  eventsOf(input).flatMap((each) =>
    validators.flatMap((validate) => (validate(each) ? [] : [each.finding_info.uid, validate.errors])),
  );

const sample = reportSample(60);
const [any] = sample.findings;
if (any === undefined) throw new Error('the sample is empty');
const one = (more: Partial<ReportFinding>, input: Partial<ReportInput> = {}) =>
  eventsOf({ ...sample, ...input, findings: [{ ...any, id: 'f', ...more }] })[0];

describe('valid Compliance Findings (2003), by the schemas of 1.8.0 and 1.9.0', () => {
  test('with every message of every rule', () => {
    expect(faults({ ...sample, findings: findingsOfRules() })).toEqual([]);
  });

  test('with a whole report', () => {
    expect(faults(sample)).toEqual([]);
    expect(one({})?.metadata.version).toBe(ocsfVersion);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('with %s everywhere', (_, text) => {
    expect(faults(hostileReport(text))).toEqual([]);
  });

  test('and both refuse what is not one', () => {
    const good = one({});
    for (const validate of validators) {
      expect(validate(good)).toBe(true);
      expect(validate({ ...good, class_uid: 2004 })).toBe(false);
      expect(validate({ ...good, nonsense: 1 })).toBe(false);
      expect(validate({ ...good, compliance: { status_id: 7 } })).toBe(false);
      expect(validate({ ...good, time: '2026-11-22' })).toBe(false);
    }
  });
});

describe('a finding over its life', () => {
  const previous = { at: '2026-11-15T06:00:00.000Z', openFindings: [], earlierFindings: [] };
  const known = { ...previous, openFindings: ['f'] };

  test.each([
    ['is created', { status: 'open', verdict: 'violation' }, previous, [1, 1, 3]],
    ['is updated', { status: 'open', verdict: 'violation' }, known, [2, 1, 3]],
    ['is suppressed by a waiver', { status: 'waived', verdict: 'violation' }, known, [2, 3, 3]],
    ['is closed', { status: 'resolved', verdict: 'violation' }, known, [3, 4, 1]],
    ['warns where nothing could be decided', { status: 'open', verdict: 'undetermined' }, null, [1, 1, 2]],
  ] as const)('%s', (_, more, before, [activity, status, compliance]) => {
    const found = one(more, { previous: before });
    expect([found?.activity_id, found?.status_id, found?.compliance.status_id]).toEqual([activity, status, compliance]);
    expect(found?.type_uid).toBe(200_300 + activity);
  });
});
