import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import type { ReportFinding, ReportInput } from '../../shared/reports/report-input.ts';
import type { Report } from '../../shared/reports/report.ts';
import { reportSample } from '../support/report-sample.ts';

const sample = reportSample(120);
const [firstRow] = sample.keyRows ?? [];
const [anyFinding] = sample.findings;
if (firstRow === undefined || anyFinding === undefined) throw new Error('the sample is empty');
const row = { ...firstRow, state: 'Enabled' as const, deletionDate: null };
const keyArn = (id: number): string => `arn:aws:kms:eu-west-1:111122223333:key/${id}`;

const finding = (id: string, more: Partial<ReportFinding> = {}): ReportFinding => ({
  ...anyFinding,
  id,
  rule: 'rotation-disabled',
  verdict: 'violation',
  severity: 'medium',
  status: 'open',
  waivedUntil: null,
  resolvedAt: null,
  keyArn: keyArn(1),
  account: '111122223333',
  region: 'eu-west-1',
  ...more,
});

const report = (more: Partial<ReportInput>): Report =>
  aggregate({ ...sample, findings: [], keyRows: [], trend: null, previous: null, ...more });

const shuffled = <Item>(items: readonly Item[], keys: readonly number[]): readonly Item[] =>
  items
    .map((item, at) => ({ item, key: keys[at % keys.length] ?? 0 }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);

describe('the model', () => {
  test('is the same, byte for byte, whatever the order of what it is made from', () => {
    const expected = JSON.stringify(aggregate(sample));
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 7, maxLength: 31 }), (keys) => {
        const mixed: ReportInput = {
          ...sample,
          keyRows: shuffled(sample.keyRows ?? [], keys),
          findings: shuffled(sample.findings, keys),
          actions: shuffled(sample.actions ?? [], keys),
          approvals: shuffled(sample.approvals ?? [], keys),
          trend: shuffled(sample.trend ?? [], keys),
          accountNames: Object.fromEntries(shuffled(Object.entries(sample.accountNames), keys)),
          rules: shuffled(sample.rules, keys),
          sweep:
            sample.sweep === null
              ? null
              : {
                  ...sample.sweep,
                  regions: shuffled(sample.sweep.regions, keys),
                  unreadable: shuffled(sample.sweep.unreadable, keys),
                },
        };
        expect(JSON.stringify(aggregate(mixed))).toBe(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('counts what is open by severity; what is waived, resolved or undecided is none of it', () => {
    const { headline } = report({
      findings: [
        finding('a', { severity: 'critical' }),
        finding('b'),
        finding('c', { status: 'waived' }),
        finding('d', { status: 'resolved' }),
        finding('e', { verdict: 'undetermined' }),
      ],
    });
    expect(headline.open).toEqual({ info: 0, low: 0, medium: 1, high: 0, critical: 1 });
    expect(headline).toMatchObject({ openTotal: 2, undetermined: 1, waived: 1 });
  });

  test('holds a finding once, however often it is told', () => {
    expect(report({ findings: [finding('a'), finding('a')] }).headline.openTotal).toBe(1);
  });

  test('puts the worst first: severity, then rule, then place', () => {
    const { findings, rules, keys } = report({
      keyRows: [
        { ...row, keyArn: keyArn(1) },
        { ...row, keyArn: keyArn(2) },
      ],
      findings: [
        finding('late', { severity: 'critical', status: 'resolved' }),
        finding('low', { severity: 'low' }),
        finding('unsure', { severity: 'critical', verdict: 'undetermined' }),
        finding('high', { severity: 'high', keyArn: keyArn(2), rule: 'policy-cross-account' }),
      ],
    });
    expect(findings.map(({ id }) => id)).toEqual(['high', 'low', 'unsure', 'late']);
    expect(rules[0]).toMatchObject({ id: 'policy-cross-account', open: 1, worst: 'high' });
    expect(keys?.map((key) => key.keyArn)).toEqual([keyArn(2), keyArn(1)]);
  });

  test('puts keys that could not be judged before those in order', () => {
    const { keys } = report({
      keyRows: [1, 2, 3, 4].map((id) => ({ ...row, keyArn: keyArn(id) })),
      findings: [
        finding('waived', { keyArn: keyArn(2), status: 'waived' }),
        finding('unsure', { keyArn: keyArn(3), verdict: 'undetermined' }),
        finding('open', { keyArn: keyArn(4), severity: 'info' }),
      ],
    });
    expect(keys?.map((key) => key.keyArn)).toEqual([4, 3, 2, 1].map(keyArn));
  });

  test('keeps a rule that the house no longer has, by its findings', () => {
    const { rules } = report({ findings: [finding('a', { rule: 'long-gone', remediation: 'do it' })] });
    expect(rules[0]).toMatchObject({ id: 'long-gone', open: 1, remediation: 'do it', enabled: false });
  });
});

describe('against the report before', () => {
  const previous = { at: '2026-11-15T06:00:00.000Z', openFindings: ['old', 'gone'], earlierFindings: ['back', 'old'] };
  const findings = [
    finding('fresh'),
    finding('back'),
    finding('old'),
    finding('gone', { status: 'resolved' }),
    finding('quiet', { status: 'waived' }),
  ];

  test('each finding is new, came back, was known or is resolved', () => {
    const made = report({ findings, previous });
    expect(Object.fromEntries(made.findings.map(({ id, standing }) => [id, standing]))).toEqual({
      fresh: 'new',
      back: 'reopened',
      old: 'known',
      gone: 'resolved',
      quiet: 'new',
    });
    expect(made.headline.changes).toEqual({ new: 1, reopened: 1, resolved: 1 });
  });

  test('what was resolved before the report before is no news again', () => {
    const resolved = (id: string, resolvedAt: string) => finding(id, { status: 'resolved', resolvedAt });
    const both = [resolved('a', '2026-11-15T05:00:00.000Z'), resolved('b', '2026-11-15T07:00:00.000Z')];
    expect(report({ findings: both, previous }).headline.changes).toEqual({ new: 0, reopened: 0, resolved: 1 });
  });

  test('without one nothing is called new', () => {
    const made = report({ findings });
    expect(made.headline.changes).toBeNull();
    expect(made.findings.every(({ standing }) => standing === null)).toBe(true);
    expect(made.absent.map(({ part }) => part)).toContain('Change since the last report');
  });

  test('numbers compare with the last earlier report that had a sweep, and a later one is none of it', () => {
    const open = { info: 0, low: 0, medium: 4, high: 0, critical: 1 };
    const point = {
      at: '2026-11-08T06:00:00.000Z',
      sweep: 'complete',
      open,
      undetermined: 0,
      keys: 7,
      rotation: { eligible: 4, on: 1 },
    } as const;
    const missing = {
      at: '2026-11-15T06:00:00.000Z',
      sweep: 'missing',
      open: null,
      undetermined: null,
      keys: null,
      rotation: null,
    } as const;
    const later = { ...point, at: '2027-01-01T00:00:00.000Z', keys: 1 };
    const keyRows = [{ ...row, rotation: 'on' as const }];
    const { headline, trend } = report({ findings, keyRows, trend: [later, missing, point] });
    expect(headline).toMatchObject({
      comparedAt: point.at,
      openChange: 3 - 5,
      keysChange: 120 - 7,
      rotationChange: 75,
    });
    expect(trend.map(({ at }) => at)).toEqual([point.at, missing.at, sample.generatedAt]);
  });
});

describe('a missing sweep', () => {
  const made = report({ sweep: null, keyRows: null, findings: [finding('a')], trend: [] });

  test('is shown as missing, never as good', () => {
    expect(made.sweep).toBeNull();
    expect(made.point).toEqual({
      at: sample.generatedAt,
      sweep: 'missing',
      open: null,
      undetermined: null,
      rotation: null,
      keys: null,
    });
    expect(made.headline).toMatchObject({ keys: null, rotationPercent: null, openChange: null, comparedAt: null });
    expect(made.absent.map(({ part }) => part)).toEqual(expect.arrayContaining(['The sweep', 'The table of keys']));
  });

  test('hides no finding that events showed', () => {
    expect(made.headline.openTotal).toBe(1);
  });
});

describe('figures about keys', () => {
  test('rotation leaves out keys that wait for deletion, whose rotation reads as off', () => {
    const { figures, headline } = report({
      keyRows: [
        ...(['on', 'on', 'off', 'unsupported', null] as const).map((rotation, at) => ({
          ...row,
          rotation,
          keyArn: keyArn(at),
        })),
        { ...row, rotation: 'off', state: 'PendingDeletion', keyArn: keyArn(9) },
      ],
    });
    expect(figures?.rotation).toEqual({ on: 2, off: 1, unsupported: 1, unread: 1 });
    // The key that could not be read is not called good: two of four, and not two of three.
    expect(headline.rotationPercent).toBe(50);
  });

  test.each([
    [{ use: 'used', at: '2026-11-21T00:00:00Z', operation: 'Decrypt' }, 'week'],
    [{ use: 'used', at: '2026-11-14T00:00:00Z', operation: 'Decrypt' }, 'month'],
    [{ use: 'used', at: '2026-09-01T00:00:00Z', operation: 'Decrypt' }, 'quarter'],
    [{ use: 'used', at: '2026-01-01T00:00:00Z', operation: 'Decrypt' }, 'year'],
    [{ use: 'used', at: '2024-01-01T00:00:00Z', operation: 'Decrypt' }, 'older'],
    [{ use: 'used', at: 'no date', operation: 'Decrypt' }, 'unread'],
    [{ use: 'never', since: '2026-01-01T00:00:00Z' }, 'never'],
    [{ use: 'unknown', trackedSince: '2026-04-23T00:00:00Z' }, 'untracked'],
    [null, 'unread'],
  ] as const)('last use %j counts as %s', (lastUse, span) => {
    const { figures } = report({ keyRows: [{ ...row, lastUse }] });
    expect(Object.entries(figures?.lastUse ?? {}).filter(([, count]) => count > 0)).toEqual([[span, 1]]);
  });

  test('unused keys cost what their rows say, or the range that the rule found; a waiver makes none cheaper', () => {
    const unused = (id: string, more: Partial<ReportFinding> = {}) =>
      finding(id, { rule: 'key-unused', data: { usdFrom: 1, usdTo: 3 }, ...more });
    const { figures } = report({
      keyRows: [
        { ...row, keyArn: keyArn(1), monthlyCostInUsd: 2 },
        { ...row, keyArn: keyArn(2), monthlyCostInUsd: null },
      ],
      findings: [
        unused('a'),
        unused('b', { keyArn: keyArn(2), status: 'waived' }),
        unused('c', { keyArn: keyArn(3), data: {} }),
        unused('d', { keyArn: keyArn(4), status: 'resolved' }),
        unused('e', { keyArn: keyArn(5), verdict: 'undetermined' }),
      ],
    });
    expect(figures?.unusedTotal).toEqual({ keys: 3, unpriced: 1, usdFrom: 3, usdTo: 5 });
  });

  test('deletions come soonest first, those without a date last', () => {
    const pending = (id: number, deletionDate: string | null) => ({
      ...row,
      keyArn: keyArn(id),
      state: 'PendingDeletion' as const,
      deletionDate,
    });
    const { figures } = report({
      keyRows: [
        pending(1, null),
        pending(2, '2026-12-02T00:00:00Z'),
        pending(3, '2026-11-29T00:00:00Z'),
        { ...row, keyArn: keyArn(4) },
      ],
    });
    expect(figures?.pendingDeletions.map((key) => key.keyArn)).toEqual([keyArn(3), keyArn(2), keyArn(1)]);
  });
});

describe('coverage', () => {
  test('tells accounts, Regions, rules and hours that were not seen', () => {
    const { coverage, sweep } = report({
      findings: [
        finding('a', { verdict: 'undetermined', message: 'denied' }),
        finding('b', { verdict: 'undetermined', message: 'mended', status: 'resolved' }),
      ],
    });
    expect(sweep?.state).toBe('partial');
    expect(coverage.regions).toEqual({ complete: 22, partial: 1, unreadable: 1 });
    expect(coverage.accounts.filter(({ state }) => state !== 'complete').map(({ name }) => name)).toEqual([
      'data-lake',
      'sandbox',
    ]);
    expect(coverage.undecided).toEqual([
      { rule: 'rotation-disabled', title: 'Automatic rotation of a key is off', keys: 1, why: 'denied' },
    ]);
    expect(coverage.hoursWithoutHeartbeat).toBe(2);
    expect(report({ heartbeatGaps: null }).coverage.hoursWithoutHeartbeat).toBeNull();
  });

  test('a name is only that of an account: a word that every object knows is none', () => {
    const { coverage } = report({
      sweep:
        sample.sweep === null
          ? null
          : {
              ...sample.sweep,
              regions: sample.sweep.regions.slice(0, 1).map((region) => ({ ...region, account: 'constructor' })),
            },
    });
    expect(coverage.accounts[0]?.name).toBeNull();
  });
});
