import { frameworksOf } from './frameworks.ts';
import type { ReportJson } from './json-schema.ts';
import { jsonText } from './json-text.ts';
import type { Report } from './report.ts';

/** The report as `docs/report.schema.json` describes it. */
export const reportDocument = (report: Report): ReportJson => ({
  schema: report.schema,
  title: report.title,
  generatedAt: report.generatedAt,
  period: report.period,
  previousAt: report.previousAt,
  sweep: report.sweep,
  headline: report.headline,
  coverage: report.coverage,
  absent: report.absent,
  accountNames: report.accountNames,
  point: report.point,
  trend: report.trend,
  figures: report.figures,
  rules: report.rules,
  accounts: report.accounts,
  frameworks: frameworksOf(report),
  approvals: report.approvals,
  waivers: report.waivers,
  actions: report.actions,
  findings: report.findings,
  keys: report.keys,
});

/** A member a line; of a list an item a line, so that a report of any size is written piece by piece. */
export function* renderJson(report: Report): Generator<string> {
  let before = '{\n';
  for (const [name, value] of Object.entries(reportDocument(report))) {
    yield `${before}"${name}": `;
    if (isList(value)) yield* list(value);
    else yield jsonText(value);
    before = ',\n';
  }
  yield '\n}\n';
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function* list(items: readonly unknown[]): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield before + jsonText(item);
    before = ',\n';
  }
  yield items.length === 0 ? '[]' : '\n]';
}
