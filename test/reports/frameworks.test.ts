import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { controlNamed, frameworks } from '../../shared/reports/controls.ts';
import { frameworksOf } from '../../shared/reports/frameworks.ts';
import type { ReportFinding, ReportInput } from '../../shared/reports/report-input.ts';
import { rules } from '../../shared/rules/index.ts';
import { reportSample } from '../support/report-sample.ts';

const sample = reportSample(60);
const [any] = sample.findings;
if (any === undefined || sample.sweep === null) throw new Error('the sample is empty');
const { sweep } = sample;
const whole: ReportInput = {
  ...sample,
  findings: [],
  heartbeatGaps: [],
  sweep: { ...sweep, unreadable: [], regions: sweep.regions.map((region) => ({ ...region, state: 'complete' })) },
};
const rotation = (more: Partial<ReportFinding> = {}): ReportFinding => ({
  ...any,
  rule: 'rotation-disabled',
  verdict: 'violation',
  status: 'open',
  waivedUntil: null,
  ...more,
});

const control = (name: string, input: Partial<ReportInput>) => {
  const found = frameworksOf(aggregate({ ...whole, ...input }))
    .flatMap(({ controls }) => controls)
    .find((line) => line.control === name);
  if (found === undefined) throw new Error(`no control ${name}`);
  return found;
};

test('every control that a manifest names is read, and belongs to one framework', () => {
  for (const name of rules.flatMap(({ controls }) => controls)) {
    const known = controlNamed(name);
    expect(known).not.toBeNull();
    expect(`${known?.framework.prefix} ${known?.id}`).toBe(name);
  }
  expect(controlNamed('ISO 27001 A.8.24')).toBeNull();
});

test('every control stands once in its framework', () => {
  const all = frameworksOf(aggregate(whole));
  expect(all.map(({ id }) => id)).toEqual(frameworks.map(({ id }) => id));
  const names = all.flatMap(({ controls }) => controls.map((line) => line.control));
  expect(new Set(names).size).toBe(names.length);
  for (const { controls, counts } of all) {
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(controls.length);
  }
});

describe('a control', () => {
  const kms4 = 'SecurityHub KMS.4';

  test('passes where everything was looked at and nothing stands against it', () => {
    expect(control(kms4, {})).toMatchObject({ status: 'passed', rules: ['rotation-disabled'], findings: [] });
    expect(control(kms4, { findings: [rotation({ status: 'resolved' })] }).status).toBe('passed');
  });

  test('fails by one open violation, whatever else was not seen', () => {
    const { status, findings, evidence } = control(kms4, { findings: [rotation()], sweep: null });
    expect([status, findings]).toEqual(['failed', [any.id]]);
    expect(evidence).toMatch(/^1 open violation\. .*No sweep ended/);
  });

  test('is an exception where all that stands against it is waived, and says until when', () => {
    const waived = rotation({ status: 'waived', waivedUntil: '2027-03-31' });
    const line = control(kms4, { findings: [waived] });
    expect(line).toMatchObject({ status: 'exception', waived: 1 });
    expect(line.exceptions).toEqual([
      { rule: 'rotation-disabled', keyArn: any.keyArn, findingId: any.id, until: '2027-03-31' },
    ]);
  });

  test.each([
    ['no sweep ended', { sweep: null }],
    ['a Region was not read', { sweep: { ...sweep, unreadable: [] } }],
    ['a key was not read', { sweep: { ...(whole.sweep ?? sweep), unreadable: sweep.unreadable } }],
    ['a verdict could not be reached', { findings: [rotation({ verdict: 'undetermined' })] }],
    [
      'its rule is switched off',
      { rules: whole.rules.map((rule) => ({ ...rule, enabled: rule.id !== 'rotation-disabled' })) },
    ],
  ] as const)('is not assessed where %s', (_, input) => {
    expect(control(kms4, input).status).toBe('notAssessed');
    const waived = {
      findings: [
        rotation({ status: 'waived' }),
        ...('findings' in input ? input.findings.map((each) => ({ ...each, id: 'other' })) : []),
      ],
    };
    expect(control(kms4, { ...input, ...waived }).status).toBe('notAssessed');
  });

  test('about calls is assessed where the ledger was read and no heartbeat is missing', () => {
    const pv3 = 'ControlTower CT.KMS.PV.3';
    expect(control(pv3, {}).status).toBe('passed');
    expect(control(pv3, { actions: null }).status).toBe('notAssessed');
    expect(control(pv3, { heartbeatGaps: null }).status).toBe('notAssessed');
    expect(control(pv3, { heartbeatGaps: sample.heartbeatGaps }).status).toBe('notAssessed');
  });
});
