import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { controlNamed, frameworks } from '../../shared/reports/controls.ts';
import { reportRules } from '../../shared/reports/report-rules.ts';
import { configSchema, defaultConfig, type GuardConfig } from '../../shared/config/config.ts';
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
    ['the sweep did not ask its rule', { sweep: { ...(whole.sweep ?? sweep), rules: ['key-untagged'] } }],
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

  test('is not assessed where there is no key to judge', () => {
    const empty = { sweep: { ...(whole.sweep ?? sweep), keys: 0 }, keyRows: [] };
    expect(control(kms4, empty)).toMatchObject({ status: 'notAssessed', open: 0 });
  });

  test('neither passes nor fails by a rule that does not test it', () => {
    const found = { ...any, rule: 'key-disabled', verdict: 'violation', status: 'open', waivedUntil: null } as const;
    for (const name of ['SecurityHub CloudWatch.7', 'CIS 1.2 3.7', 'CIS 1.4 4.7']) {
      for (const findings of [[], [found], [{ ...found, rule: 'deletion-scheduled' }]]) {
        const line = control(name, { findings });
        expect(line).toMatchObject({ status: 'notAssessed', open: 0, findings: [] });
        expect(line.evidence).toMatch(/^Not tested: it asks for a log metric filter and an alarm/);
      }
    }
  });

  test('about tags is not assessed while no tag is asked for', () => {
    const asking = (config: GuardConfig) => ({ rules: reportRules(rules, config) });
    expect(control('Config KMS_KEY_TAGGED', asking(defaultConfig)).status).toBe('notAssessed');
    const owner = configSchema.parse({ requiredTags: ['Owner'] });
    expect(control('Config KMS_KEY_TAGGED', asking(owner)).status).toBe('passed');
  });

  describe('that no key waits for deletion', () => {
    const kms3 = 'SecurityHub KMS.3';
    const [first] = sample.keyRows ?? [];
    if (first === undefined) throw new Error('the sample has no key');
    const going = { ...first, state: 'PendingDeletion', deletionDate: '2026-12-01T00:00:00.000Z' } as const;
    const about = { ...any, rule: 'deletion-scheduled', keyArn: going.keyArn, verdict: 'violation' } as const;

    test('passes where none does', () => {
      expect(control(kms3, { keyRows: [{ ...first, state: 'Enabled', deletionDate: null }] }).status).toBe('passed');
    });

    test('is an exception where the rule lets one go, and names it', () => {
      const line = control(kms3, { keyRows: [going] });
      expect(line).toMatchObject({ status: 'exception', open: 0, waived: 0 });
      expect(line.exceptions).toEqual([
        { rule: 'deletion-scheduled', keyArn: going.keyArn, findingId: null, until: null },
      ]);
      expect(line.evidence).toContain('1 key waits for deletion, approved or proven unneeded, which the control');
    });

    test('counts a key once: what was found or waived about it stands for it', () => {
      const failed = control(kms3, { keyRows: [going], findings: [{ ...about, status: 'open', waivedUntil: null }] });
      expect(failed).toMatchObject({ status: 'failed', exceptions: [] });
      const waived = control(kms3, { keyRows: [going], findings: [{ ...about, status: 'waived' }] });
      expect(waived.exceptions.map(({ findingId }) => findingId)).toEqual([any.id]);
      const resolved = control(kms3, { keyRows: [going], findings: [{ ...about, status: 'resolved' }] });
      expect(resolved.exceptions).toHaveLength(1);
    });

    test('is not assessed where the keys are not in the report', () => {
      expect(control(kms3, { keyRows: null }).status).toBe('notAssessed');
    });
  });

  test('about calls is assessed where the ledger was read and no heartbeat is missing', () => {
    const pv3 = 'ControlTower CT.KMS.PV.3';
    expect(control(pv3, {}).status).toBe('passed');
    expect(control(pv3, { actions: null }).status).toBe('notAssessed');
    expect(control(pv3, { heartbeatGaps: null }).status).toBe('notAssessed');
    expect(control(pv3, { heartbeatGaps: sample.heartbeatGaps }).status).toBe('notAssessed');
  });
});
