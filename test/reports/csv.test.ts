import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { renderControlsCsv, renderFindingsCsv, renderKeysCsv } from '../../shared/reports/csv.ts';
import type { Report } from '../../shared/reports/report.ts';
import { hostileReport, hostileTexts } from '../support/hostile-report.ts';
import { reportSample } from '../support/report-sample.ts';

const sample = aggregate(reportSample(60));

/** A reader of RFC 4180 of our own: refuses what is not quoted. */
const parse = (text: string): readonly (readonly string[])[] => {
  expect(text.endsWith('"\r\n')).toBe(true);
  return text
    .slice(0, -2)
    .split(/(?<=")\r\n(?=")/)
    .map((line) => {
      expect(line).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/);
      return [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'));
    });
};

const renderers = [renderFindingsCsv, renderKeysCsv, renderControlsCsv] as const;
const tables = (report: Report) => renderers.map((render) => parse([...render(report)].join('')));
/** In a cell, and after a semicolon, where a spreadsheet of another language begins a new one. */
const looksLikeFormula = (cell: string): boolean =>
  cell.split(';').some((part) => /^[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u.test(part)) || /^[\t\r]/.test(cell);

describe('CSV', () => {
  test('has a line for each finding, key and control under one heading', () => {
    const [findings = [], keys = [], controls = []] = tables(sample);
    expect(findings).toHaveLength(sample.findings.length + 1);
    expect(keys).toHaveLength(61);
    expect(controls[0]).toEqual(expect.arrayContaining(['framework', 'control', 'status', 'evidence', 'exceptions']));
    expect(findings[0]).toEqual(expect.arrayContaining(['severity', 'rule', 'keyArn', 'controls', 'firstSeen', 'id']));
    for (const table of [findings, keys, controls]) {
      expect(new Set(table.map((row) => row.length))).toEqual(new Set([table[0]?.length]));
    }
  });

  test('of a report without keys is the heading alone', () => {
    expect(parse([...renderKeysCsv({ ...sample, keys: null })].join(''))).toHaveLength(1);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))(
    'keeps %s in its cell, and no formula',
    (_, text) => {
      for (const table of tables(aggregate(hostileReport(text)))) {
        expect(new Set(table.map((row) => row.length)).size).toBe(1);
        expect(table.flat().filter(looksLikeFormula)).toEqual([]);
      }
    },
  );

  test('no text at all begins a formula', () => {
    const [first] = sample.findings;
    if (first === undefined) throw new Error('the sample is empty');
    const signs = [
      '=',
      '+',
      '-',
      '@',
      '\uFF1D',
      '\uFF0B',
      '\uFF0D',
      '\uFF20',
      '\t',
      '\r',
      '\n',
      ' ',
      ';',
      '"',
      "'",
      ',',
      'a',
      '1',
    ];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...signs, '\u200B', '\u00A0') }), (text) => {
        const report = { ...sample, findings: [{ ...first, message: text, aliases: [text, text] }] };
        const [, row = []] = parse([...renderFindingsCsv(report)].join(''));
        expect(row.filter(looksLikeFormula)).toEqual([]);
      }),
    );
  });
});
