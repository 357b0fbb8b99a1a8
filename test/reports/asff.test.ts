import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { asffFindings, renderAsff } from '../../shared/reports/asff.ts';
import type { AsffFinding } from '../../shared/reports/asff-finding.ts';
import type { ReportFinding } from '../../shared/reports/report-input.ts';
import { rules } from '../../shared/rules/index.ts';
import { asffSchema } from '../support/asff-schema.ts';
import { findingsOfRules } from '../support/findings-of-rules.ts';
import { hostileReport, hostileTexts } from '../support/hostile-report.ts';
import { reportSample } from '../support/report-sample.ts';

const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(asffSchema);
const faults = (finding: AsffFinding): readonly unknown[] =>
  validate(JSON.parse(JSON.stringify(finding))) ? [] : [finding.Id, validate.errors];
const sample = reportSample(60);
const [any] = sample.findings;
if (any === undefined) throw new Error('the sample is empty');

const one = (more: Partial<ReportFinding>, generatedAt = sample.generatedAt): AsffFinding => {
  const [finding] = asffFindings(aggregate({ ...sample, generatedAt, findings: [{ ...any, ...more }] }));
  if (finding === undefined) throw new Error('no finding');
  return finding;
};

describe('valid for BatchImportFindings', () => {
  test('with every message of every rule, and their controls', () => {
    const findings = [...asffFindings(aggregate({ ...sample, findings: findingsOfRules() }))];
    expect(new Set(findings.map(({ GeneratorId }) => GeneratorId)).size).toBe(rules.length);
    expect(findings.flatMap(faults)).toEqual([]);
  });

  test('with the findings of a whole report', () => {
    expect([...asffFindings(aggregate(sample))].flatMap(faults)).toEqual([]);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('with %s everywhere', (_, text) => {
    const findings = [...asffFindings(aggregate(hostileReport(text)))];
    expect(findings.flatMap(faults)).toEqual([]);
    expect(Math.max(...findings.map((finding) => Buffer.byteLength(JSON.stringify(finding))))).toBeLessThan(240_000);
  });

  test('and the schema of this test refuses what the API refuses', () => {
    const good = one({});
    const bad: readonly AsffFinding[] = [
      { ...good, Title: 'x'.repeat(257) },
      { ...good, Description: '' },
      { ...good, Resources: [] },
      { ...good, Types: ['Checks/Other'] },
      { ...good, UpdatedAt: 'today' },
      { ...good, AwsAccountId: '1' },
      { ...good, ProductFields: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 'v'])) },
    ];
    expect(faults(good)).toEqual([]);
    for (const finding of bad) expect(faults(finding)).not.toEqual([]);
  });
});

describe('a finding over its life', () => {
  test('keeps its id, and is updated strictly later by the next report', () => {
    const before = one({});
    const after = one({ status: 'resolved', resolvedAt: sample.generatedAt }, '2026-11-23T06:00:00.000Z');
    expect(after.Id).toBe(before.Id);
    expect(after.UpdatedAt > before.UpdatedAt).toBe(true);
    expect(after.CreatedAt).toBe(before.CreatedAt);
  });

  test.each([
    [{ status: 'open', verdict: 'violation' }, 'FAILED', 'ACTIVE', 'NEW'],
    [{ status: 'waived', verdict: 'violation', waivedUntil: '2027-01-01' }, 'FAILED', 'ARCHIVED', 'NEW'],
    [{ status: 'resolved', verdict: 'violation' }, 'PASSED', 'ARCHIVED', 'RESOLVED'],
    [{ status: 'open', verdict: 'undetermined', data: { fact: 'policy' } }, 'NOT_AVAILABLE', 'ACTIVE', 'NEW'],
    [{ status: 'open', verdict: 'undetermined', data: { days: 7 } }, 'WARNING', 'ACTIVE', 'NEW'],
  ] as const)('%j is %s, %s, %s', (more, status, record, workflow) => {
    const { Compliance, RecordState, Workflow } = one(more);
    expect([Compliance.Status, RecordState, Workflow.Status]).toEqual([status, record, workflow]);
  });

  test('was never seen before it was created, nor after it was told', () => {
    for (const finding of asffFindings(aggregate(sample))) {
      const { FirstObservedAt, LastObservedAt, CreatedAt, UpdatedAt } = finding;
      expect([FirstObservedAt, LastObservedAt, UpdatedAt].toSorted()).toEqual([
        FirstObservedAt,
        LastObservedAt,
        UpdatedAt,
      ]);
      expect(CreatedAt <= UpdatedAt).toBe(true);
    }
  });
});

test('names the control, its requirements and the severity as Security Hub does', () => {
  const rule = rules.find(({ id }) => id === 'rotation-disabled');
  const { Compliance, Severity, Types } = one({ severity: 'high', controls: rule?.controls ?? [] });
  expect(Compliance.SecurityControlId).toBe('KMS.4');
  expect(Compliance.RelatedRequirements).toEqual(
    expect.arrayContaining([
      'PCI DSS v4.0.1/3.7.4',
      'NIST.800-53.r5 SC-12(2)',
      'CIS AWS Foundations Benchmark v5.0.0/3.6',
    ]),
  );
  expect(Severity).toEqual({ Label: 'HIGH', Normalized: 70, Original: 'high' });
  expect(Types).toHaveLength(4);
});

test('names no control that its rule does not test', () => {
  const rule = rules.find(({ id }) => id === 'key-disabled');
  const { Compliance, Types } = one({ controls: rule?.controls ?? [] });
  expect(Compliance).toEqual({ Status: 'FAILED' });
  expect(Types).toHaveLength(1);
});

test('the product ARN is that of the account, Region and partition of the key', () => {
  const keyArn = 'arn:aws-cn:kms:cn-north-1:444455556666:key/0a';
  const found = one({ keyArn, account: '444455556666', region: 'cn-north-1' });
  expect(found.ProductArn).toBe('arn:aws-cn:securityhub:cn-north-1:444455556666:product/444455556666/default');
  const region = one({ keyArn: null, account: '444455556666', region: 'us-gov-east-1' });
  expect(region.ProductArn).toMatch(/^arn:aws-us-gov:/);
  expect(region.Resources).toMatchObject([{ Type: 'AwsAccount', Id: 'AWS::::Account:444455556666' }]);
});

test('the file is one JSON array', () => {
  const all = [...asffFindings(aggregate(sample))];
  expect(JSON.parse([...renderAsff(aggregate(sample))].join(''))).toEqual(JSON.parse(JSON.stringify(all)));
  expect(JSON.parse([...renderAsff(aggregate({ ...sample, findings: [] }))].join(''))).toEqual([]);
});
