import { styleText } from 'node:util';
import { formatNamed } from '../shared/reports/formats.ts';
import type { Report } from '../shared/reports/report.ts';
import { plural } from '../shared/reports/words.ts';
import { severities } from '../shared/rules/define-rule.ts';
import { plain } from '../shared/rules/explain.ts';
import type { SweepFinding } from '../shared/sweep/sweep-finding.ts';
import type { RegionReport, SweepReport } from '../shared/sweep/sweep-report.ts';

type Rendering = {
  readonly format: string;
  readonly color: boolean;
  /** The sweep as a report, made where a format of reports asks for it. */
  readonly asReport: () => Report;
};

export const render = (report: SweepReport, { format, color, asReport }: Rendering): Iterable<string> => {
  switch (format) {
    case 'json':
      return [`${JSON.stringify(report)}\n`];
    case 'table':
      return [table(report, color)];
    default:
      return formatNamed(format)?.render(asReport()) ?? [];
  }
};

const table = (report: SweepReport, color: boolean): string => {
  const worstFirst = report.findings.toSorted(
    (one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity),
  );
  const rows = worstFirst.map((finding) => ({ finding, cells: cellsOf(finding) }));
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map(({ cells }) => (cells[at] ?? '').length)));
  const lines = rows.map(({ finding, cells }) => {
    const padded = cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
    return color ? styleText(colors[finding.severity], padded) : padded;
  });
  return [...lines, ...(lines.length > 0 ? [''] : []), ...summary(report), ''].join('\n');
};

const colors = { info: 'gray', low: 'cyan', medium: 'yellow', high: 'red', critical: 'magenta' } as const;

const cellsOf = (finding: SweepFinding): readonly string[] => {
  const { severity, rule, aliases, keyArn, account, region, message, verdict, waivedUntil } = finding;
  const marks = [
    ...(verdict === 'undetermined' ? ['undetermined'] : []),
    ...(waivedUntil === null ? [] : [`waived until ${waivedUntil}`]),
  ];
  const name = plain(aliases[0] ?? keyArn?.split('/').at(-1) ?? '(the Region)', 60);
  return [
    severity,
    rule,
    name,
    `${account} ${region}`,
    [plain(message, 300), ...marks.map((mark) => `(${mark})`)].join(' '),
  ];
};

const summary = ({ keys, apiCalls, regions, findings, startedAt, finishedAt }: SweepReport): readonly string[] => {
  const calls = Object.values(apiCalls).reduce((sum, count) => sum + count, 0);
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000).toFixed(1);
  const waived = findings.filter(({ waivedUntil }) => waivedUntil !== null).length;
  const total = `${plural(keys, 'key')} in ${plural(regions.length, 'Region')}: ${plural(findings.length, 'finding')}`;
  return [`${total}, ${waived} waived; ${plural(calls, 'call')}, ${seconds} s`, ...incomplete(regions)];
};

/** One line for each Region that was not read as a whole. */
export const incomplete = (regions: readonly RegionReport[]): readonly string[] =>
  regions
    .filter(({ state }) => state !== 'complete')
    .map(({ account, region, state, reason }) => `${state}: ${account} ${region}: ${plain(reason ?? '', 500)}`);
