import { plain } from '../rules/explain.ts';
import { frameworksOf } from './frameworks.ts';
import type { FindingLine, KeyLine, Report } from './report.ts';

type Cell = string | number | readonly string[] | null | undefined;

/** One column: its name, and what stands in it. */
type Column<Row> = readonly [name: string, cell: (row: Row, report: Report) => Cell];

const longest = 2_000;

/** What spreadsheets take for the start of a formula: wide forms too, and whatever blanks stand before it. */
const formula = /^[\s\p{Cc}\p{Cf}'"]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
/** Where a spreadsheet's own separator is the semicolon, what follows one begins a cell. */
const innerFormula = /([;\t][\s\p{Cc}\p{Cf}'"]*)(?=[=+\-@＝＋－＠])/gu;

/** Most cells: nothing in them could begin a formula, break a line or hide. */
const harmless = /^[\w/][\w/:. ]{0,400}$/;

/** Aliases, tags and names of sessions are chosen by anybody: none may be taken for a formula. */
const textOf = (cell: Cell): string => {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const raw = typeof cell === 'string' ? cell : cell.join('; ');
  if (harmless.test(raw)) return raw;
  const clean = plain(raw, longest).replaceAll(innerFormula, "$1'");
  return formula.test(raw) || formula.test(clean) ? `'${clean}` : clean;
};

const quoted = (text: string): string => `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`;
const lineOf = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** RFC 4180: every cell quoted, lines end in CR LF. */
function* table<Row>(rows: Iterable<Row>, columns: readonly Column<Row>[], report: Report): Generator<string> {
  yield lineOf(columns.map(([name]) => quoted(name)));
  for (const row of rows) yield lineOf(columns.map(([, cell]) => quoted(textOf(cell(row, report)))));
}

const nameOf = ({ accountNames }: Report, account: string): string =>
  Object.hasOwn(accountNames, account) ? (accountNames[account] ?? '') : '';

const findingColumns: readonly Column<FindingLine>[] = [
  ['severity', ({ severity }) => severity],
  ['rule', ({ rule }) => rule],
  ['verdict', ({ verdict }) => verdict],
  ['status', ({ status }) => status],
  ['standing', ({ standing }) => standing],
  ['account', ({ account }) => account],
  ['accountName', ({ account }, report) => nameOf(report, account)],
  ['region', ({ region }) => region],
  ['keyArn', ({ keyArn }) => keyArn],
  ['aliases', ({ aliases }) => aliases],
  ['message', ({ message }) => message],
  ['controls', ({ controls }) => controls],
  ['remediation', ({ remediation }) => remediation],
  ['firstSeen', ({ firstSeen }) => firstSeen],
  ['resolvedAt', ({ resolvedAt }) => resolvedAt],
  ['waivedUntil', ({ waivedUntil }) => waivedUntil],
  ['id', ({ id }) => id],
];

const lastUseAt = ({ lastUse }: KeyLine): Cell => {
  if (lastUse === null) return null;
  if (lastUse.use === 'used') return lastUse.at;
  return lastUse.use === 'never' ? `never since ${lastUse.since}` : `not on record since ${lastUse.trackedSince}`;
};

const keyColumns: readonly Column<KeyLine>[] = [
  ['keyArn', ({ keyArn }) => keyArn],
  ['account', ({ account }) => account],
  ['accountName', ({ account }, report) => nameOf(report, account)],
  ['region', ({ region }) => region],
  ['aliases', ({ aliases }) => aliases],
  ['state', ({ state }) => state],
  ['worst', ({ worst }) => worst],
  ['open', ({ open }) => open],
  ['undetermined', ({ undetermined }) => undetermined],
  ['waived', ({ waived }) => waived],
  ['rotation', ({ rotation }) => rotation],
  ['rotationPeriodInDays', ({ rotationPeriodInDays }) => rotationPeriodInDays],
  ['lastUse', lastUseAt],
  ['lastOperation', ({ lastUse }) => (lastUse?.use === 'used' ? lastUse.operation : null)],
  ['keySpec', ({ keySpec }) => keySpec],
  ['keyUsage', ({ keyUsage }) => keyUsage],
  ['origin', ({ origin }) => origin],
  ['multiRegion', ({ multiRegion }) => multiRegion],
  ['created', ({ created }) => created],
  ['deletionDate', ({ deletionDate }) => deletionDate],
  ['monthlyCostInUsd', ({ monthlyCostInUsd }) => monthlyCostInUsd],
  ['tags', ({ tags }) => (tags === null ? null : Object.entries(tags).map(([name, value]) => `${name}=${value}`))],
];

/** A line a finding, worst first. */
export const renderFindingsCsv = (report: Report): Iterable<string> => table(report.findings, findingColumns, report);

/** A line a key; the heading alone where no key is in the report. */
export const renderKeysCsv = (report: Report): Iterable<string> => table(report.keys ?? [], keyColumns, report);

type ControlRow = ReturnType<typeof controlRows>[number];
const controlRows = (report: Report) =>
  frameworksOf(report).flatMap(({ name, controls }) => controls.map((control) => ({ ...control, framework: name })));

const controlColumns: readonly Column<ControlRow>[] = [
  ['framework', ({ framework }) => framework],
  ['control', ({ id }) => id],
  ['status', ({ status }) => status],
  ['open', ({ open }) => open],
  ['undetermined', ({ undetermined }) => undetermined],
  ['waived', ({ waived }) => waived],
  ['rules', ({ rules }) => rules],
  ['evidence', ({ evidence }) => evidence],
  ['exceptions', ({ exceptions }) => exceptions.map(exceptionText)],
];

const exceptionText = ({ rule, keyArn, until }: ControlRow['exceptions'][number]): string =>
  `${rule}: ${keyArn ?? 'the Region'}${until === null ? '' : ` until ${until}`}`;

/** A line a control of each framework. */
export const renderControlsCsv = (report: Report): Iterable<string> =>
  table(controlRows(report), controlColumns, report);
