import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import type { ReportFinding, ReportInput } from '../../shared/reports/report-input.ts';
import { summarize } from '../../shared/reports/summary.ts';
import type { Severity } from '../../shared/rules/define-rule.ts';
import { reportSample } from '../support/report-sample.ts';

const sample = reportSample(60);
const [any] = sample.findings;
if (any === undefined || sample.sweep === null) throw new Error('the sample is empty');
const { sweep } = sample;
const open = (severity: Severity, id: string = severity): ReportFinding => ({
  ...any,
  id,
  severity,
  verdict: 'violation',
  status: 'open',
  waivedUntil: null,
});
const calm: ReportInput = {
  ...sample,
  sweep: { ...sweep, unreadable: [], regions: sweep.regions.map((region) => ({ ...region, state: 'complete' })) },
  keyRows: [],
  findings: [],
  actions: [],
  heartbeatGaps: [],
  previous: null,
};
const said = (more: Partial<ReportInput>) => summarize(aggregate({ ...calm, ...more }));

describe('the report in one sentence', () => {
  test.each([
    ['calm', { findings: [] }, 'Nothing critical or high is open; no finding is open.'],
    [
      'calm',
      { findings: [open('low'), open('info')] },
      'Nothing critical or high is open; 2 smaller findings are open.',
    ],
    [
      'attention',
      { findings: [], sweep: { ...(calm.sweep ?? sweep), rules: ['key-untagged', 'key-unused'] } },
      'Nothing critical or high is open by the 2 rules that the sweep asked; no finding is open.',
    ],
    ['attention', { findings: [open('high')] }, 'Nothing critical is open; 1 finding of high severity is.'],
    ['urgent', { findings: [open('critical')] }, '1 critical finding is open and should be dealt with now.'],
    [
      'attention',
      { sweep: { ...sweep, unreadable: [] } },
      'Nothing critical or high is open in what could be read; no finding is open.',
    ],
    [
      'blind',
      { sweep: null, findings: [] },
      'No sweep ended in this period, so this report cannot say how the keys are.',
    ],
  ] as const)('%s: %#', (tone, more, sentence) => {
    expect(said(more)).toMatchObject({ tone, sentence });
  });

  const doubt = (severity: Severity): ReportFinding => ({ ...open(severity), verdict: 'undetermined' });

  test.each([
    [
      'attention',
      { findings: [doubt('critical')] },
      'Nothing critical or high is open, but 1 such verdict could not be reached; no finding is open.',
    ],
    [
      'calm',
      { findings: [doubt('low'), open('info')] },
      'Nothing critical or high is open; 1 smaller finding is open, and 1 smaller one could not be decided.',
    ],
    [
      'attention',
      { sweep: { ...sweep, unreadable: [] }, findings: [open('high')] },
      'Nothing critical is open in what could be read; 1 finding of high severity is.',
    ],
    [
      'attention',
      { findings: [open('high'), doubt('critical'), { ...doubt('high'), id: 'other' }] },
      'Nothing critical is open, but 1 such verdict could not be reached; 1 finding of high severity is.',
    ],
  ] as const)('a verdict that could not be reached is not passed over: %s, %#', (tone, more, sentence) => {
    expect(said(more)).toMatchObject({ tone, sentence });
  });

  test('no key at all is nothing to be calm about', () => {
    const none = { sweep: { ...(calm.sweep ?? sweep), keys: 0 } };
    const sentence = 'No customer managed key was found, so there was nothing to judge.';
    expect(said(none)).toMatchObject({ tone: 'attention', sentence });
    expect(said({ ...none, findings: [open('critical')] }).tone).toBe('urgent');
  });

  test('no missing sweep hides what is known to be critical', () => {
    expect(said({ sweep: null, findings: [open('critical')] })).toMatchObject({
      tone: 'urgent',
      sentence:
        '1 critical finding is open and should be dealt with now; no sweep ended in this period, so there may be more.',
    });
    expect(said({ sweep: null, findings: [open('high')] })).toMatchObject({
      tone: 'blind',
      sentence:
        'No sweep ended in this period, so this report cannot say how the keys are; 1 finding is known to be open.',
    });
  });

  test('tells what was undone only in part, and what could not be', () => {
    const [action] = sample.actions ?? [];
    if (action === undefined) throw new Error('the sample has no action');
    const calls = (...outcomes: readonly ('done' | 'failed' | 'refused' | 'already-so')[]) => ({
      ...action,
      eventID: outcomes.join(),
      outcomes: outcomes.map((outcome) => ({ remedy: 'cancelKeyDeletion', outcome, detail: '' }) as const),
    });
    const actions = [calls('done'), calls('done', 'failed'), calls('refused'), calls('already-so'), calls()];
    expect(said({ actions }).more).toEqual([
      'The guard undid 2 calls by itself, 1 of them only in part. 1 call could not be undone.',
    ]);
    expect(said({ actions: [calls('failed')] }).more).toEqual(['1 call could not be undone.']);
    expect(said({ actions: null }).more).toEqual([]);
  });

  test('is followed by nothing where there is nothing to add', () => {
    expect(said({}).more).toEqual([]);
  });

  test('is followed by what changed, waits, was done and was not seen', () => {
    expect(summarize(aggregate(sample)).more).toEqual([
      expect.stringMatching(/^Since 15 Nov 2026: \d+ new, (\d+ came back, )?\d+ resolved\.$/),
      '1 key waits for deletion, on 3 Dec 2026.',
      'The guard undid 2 calls by itself. 1 call could not be undone.',
      'Not seen: 1 Region could not be read, 1 Region only in part, 2 keys not fully, 2 hours went by without a heartbeat.',
    ]);
  });
});
