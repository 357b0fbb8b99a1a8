import { renderAsff } from './asff.ts';
import { renderControlsCsv, renderFindingsCsv, renderKeysCsv } from './csv.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderOcsf } from './ocsf.ts';
import type { Report } from './report.ts';

/** One way to write a report down. */
export type ReportFormat = {
  readonly name: string;
  readonly extension: string;
  readonly mediaType: string;
  /** As a stream of texts: whole, some are tens of megabytes long. */
  readonly render: (report: Report) => Iterable<string>;
};

const csvType = 'text/csv; charset=utf-8';

/** Every format of a report, in the order in which help texts list them. */
export const reportFormats: readonly ReportFormat[] = [
  { name: 'json', extension: 'json', mediaType: 'application/json', render: renderJson },
  { name: 'csv', extension: 'csv', mediaType: csvType, render: renderFindingsCsv },
  { name: 'html', extension: 'html', mediaType: 'text/html; charset=utf-8', render: renderHtml },
  { name: 'asff', extension: 'asff.json', mediaType: 'application/json', render: renderAsff },
  { name: 'ocsf', extension: 'ocsf.jsonl', mediaType: 'application/x-ndjson', render: renderOcsf },
  { name: 'keys-csv', extension: 'keys.csv', mediaType: csvType, render: renderKeysCsv },
  { name: 'controls-csv', extension: 'controls.csv', mediaType: csvType, render: renderControlsCsv },
];

export const formatNamed = (name: string): ReportFormat | undefined =>
  reportFormats.find((format) => format.name === name);
