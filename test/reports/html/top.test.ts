import { describe, expect, test } from 'vitest';
import { aggregate } from '../../../shared/reports/aggregate.ts';
import { cards } from '../../../shared/reports/html/top.ts';
import type { ReportFinding, ReportInput } from '../../../shared/reports/report-input.ts';
import { reportSample } from '../../support/report-sample.ts';

const sample = reportSample(60);
const [firstRow] = sample.keyRows ?? [];
const [any] = sample.findings;
const { sweep } = sample;
if (firstRow === undefined || any === undefined || sweep === null) throw new Error('the sample is empty');
const row = { ...firstRow, state: 'Enabled', rotation: 'on', deletionDate: null, monthlyCostInUsd: null } as const;
const whole = { ...sweep, regions: sweep.regions.map((region) => ({ ...region, state: 'complete' as const })) };
const finding: ReportFinding = { ...any, verdict: 'violation', status: 'open', waivedUntil: null, keyArn: row.keyArn };

/** The words of one card. */
const card = (name: string, more: Partial<ReportInput>): string => {
  const { markup } = cards(aggregate({ ...sample, sweep: whole, findings: [], keyRows: [row], ...more }));
  const found = markup.split('<li class="card">').find((text) => text.startsWith(`<h3>${name}`)) ?? '';
  return found
    .replaceAll(/<svg[^]*?<\/svg>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
};

test('numbers are compared with a day that is named: that of the last report that had a sweep', () => {
  const missing = { sweep: 'missing', open: null, undetermined: null, rotation: null, keys: null } as const;
  const open = { info: 0, low: 0, medium: 0, high: 0, critical: 3 };
  const point = {
    at: '2026-11-08T06:00:00.000Z',
    sweep: 'complete',
    open,
    undetermined: 0,
    keys: 1,
    rotation: null,
  } as const;
  const trend = [point, { ...missing, at: '2026-11-15T06:00:00.000Z' }];
  expect(card('Open findings', { trend })).toBe('Open findings 0 none \u22123 since 8 Nov 2026');
  expect(card('Open findings', { trend: [] })).toBe('Open findings 0 none');
});

describe('keys that rotate', () => {
  const other = { ...row, keyArn: `${row.keyArn}2`, rotation: null };

  test('are not those that could not be read', () => {
    expect(card('Keys that rotate', { trend: null })).toBe('Keys that rotate 100 % of those that KMS can rotate');
    expect(card('Keys that rotate', { trend: null, keyRows: [row, other] })).toBe(
      'Keys that rotate 50 % of those that KMS can rotate 1 could not be read and counts as off',
    );
    expect(card('Keys that rotate', { keyRows: [] })).toContain('not known');
  });

  test('are no good news where a Region was not read', () => {
    const better = (input: Partial<ReportInput>) =>
      cards(aggregate({ ...sample, findings: [], keyRows: [row], ...input })).markup.includes('delta better">+');
    expect(better({ sweep: whole })).toBe(true);
    expect(better({ sweep })).toBe(false);
  });
});

describe('keys waiting for deletion', () => {
  const going = { ...row, state: 'PendingDeletion', deletionDate: '2026-12-01T00:00:00.000Z' } as const;
  const keyRows = [going];

  test.each([
    ['each approved, waived or proven unneeded', []],
    ['1 not proven unneeded', [{ ...finding, rule: 'deletion-scheduled', severity: 'low' }]],
    ['1 not proven unneeded', [{ ...finding, rule: 'deletion-scheduled', verdict: 'undetermined' }]],
    ['1 not proven unneeded', [{ ...finding, rule: 'pending-key-needed' }]],
    ['each approved, waived or proven unneeded', [{ ...finding, rule: 'policy-public', severity: 'critical' }]],
    ['each approved, waived or proven unneeded', [{ ...finding, rule: 'deletion-scheduled', status: 'waived' }]],
  ] as const)('%s: %#', (text, findings) => {
    expect(card('Keys waiting', { keyRows, findings })).toContain(`1 ${text} first on 1 Dec 2026`);
  });
});

describe('what unused keys cost', () => {
  const unused = { ...finding, rule: 'key-unused', data: { usdFrom: 1, usdTo: 3 } };

  test.each([
    ['$0 0 keys', []],
    ['$1 to $3 1 key that', [unused]],
    ['not known 1 key that nobody used for long, at list price of 1 the price is not known', [{ ...unused, data: {} }]],
    ['$0 0 keys that nobody used for long, at list price 1 more could not', [{ ...unused, verdict: 'undetermined' }]],
  ] as const)('%s: %#', (text, findings) => {
    expect(card('Unused keys', { findings })).toContain(`Unused keys cost a month ${text}`);
  });

  test('is nothing for one that is to be deleted: AWS does not bill it', () => {
    const going = { ...row, state: 'PendingDeletion', monthlyCostInUsd: 0 } as const;
    expect(card('Unused keys', { keyRows: [going], findings: [unused] })).toContain('$0 1 key');
  });
});
