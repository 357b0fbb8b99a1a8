import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inputFromSweep, type SweepOutput } from '../../shared/reports/from-sweep.ts';
import { readSweep } from '../../shared/reports/read-sweep.ts';
import { reportSample } from '../support/report-sample.ts';

const sample = reportSample(40);
if (sample.sweep === null || sample.keyRows === null) throw new Error('the sample has a sweep');
const sweep: SweepOutput = {
  ...sample.sweep,
  keyRows: sample.keyRows,
  findings: sample.findings.map(
    ({ status: _status, resolvedAt: _resolvedAt, history: _history, ...finding }) => finding,
  ),
};
const surroundings = { generatedAt: sweep.finishedAt, title: 'Keys', rules: sample.rules, waivers: [] };

describe('the JSON of a sweep', () => {
  test('is read as it was written', () => {
    expect(readSweep(JSON.stringify(sweep))).toEqual({ kind: 'sweep', sweep });
  });

  test('of an older version comes without its keys', () => {
    const { keyRows: _keyRows, ...older } = sweep;
    const read = readSweep(JSON.stringify(older));
    if (read.kind === 'error') throw new Error(read.message);
    expect(inputFromSweep(read.sweep, surroundings).keyRows).toBeNull();
  });

  test.each([
    ['{', '', /not JSON/],
    ['[]', '', /invalid input/i],
    ['{}', 'startedAt', /./],
    [JSON.stringify({ ...sweep, findings: [{ ...sweep.findings[0], severity: 'dire' }] }), 'findings[0].severity', /./],
    [JSON.stringify({ ...sweep, finishedAt: 'yesterday' }), 'finishedAt', /must be a date/],
    [JSON.stringify({ ...sweep, keys: -1 }), 'keys', /./],
  ])('%.20s is refused at %j', (text, path, message) => {
    const read = readSweep(text);
    expect(read).toMatchObject({ kind: 'error', path, message: expect.stringMatching(message) });
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['sweep', 'error']).toContain(readSweep(text).kind);
      }),
    );
  });
});

describe('a report of one sweep', () => {
  test('marks what is waived, and claims nothing of the ledger', () => {
    const [finding] = sweep.findings;
    if (finding === undefined) throw new Error('the sample has findings');
    const findings = [
      { ...finding, waivedUntil: null },
      { ...finding, id: 'other', waivedUntil: '2027-03-31' },
    ];
    const input = inputFromSweep({ ...sweep, findings }, surroundings);
    expect(input.findings.map(({ status }) => status)).toEqual(['open', 'waived']);
    expect(input).toMatchObject({ actions: null, approvals: null, heartbeatGaps: null, trend: null, previous: null });
    expect(input.sweep).not.toHaveProperty('findings');
  });
});
