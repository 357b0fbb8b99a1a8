/** One run of one fault, whatever it is that has steps. */
type TableRun = {
  readonly fault: string;
  readonly step: string;
  readonly path: string;
  readonly at: string;
  readonly wrong: readonly string[];
};

type Cell = { readonly runs: number; readonly failed: number };
type Row = { readonly fault: string; readonly cells: readonly Cell[] };

/** Faults down, steps across: how many runs, and how many of them ended wrongly. */
export const rowsOf = (runs: readonly TableRun[], steps: readonly string[]): readonly Row[] =>
  [...Map.groupBy(runs, ({ fault }) => fault)].map(([fault, own]) => ({
    fault,
    cells: steps.map((step) => {
      const here = own.filter((run) => run.step === step);
      const failed = here.filter(({ wrong }) => wrong.length > 0).length;
      return { runs: here.length, failed };
    }),
  }));

const cellText = ({ runs, failed }: Cell): string => {
  if (runs === 0) return '';
  return failed > 0 ? `FAIL ${failed}/${runs}` : `ok ${runs}`;
};

/** For a terminal. */
export const plainTable = (runs: readonly TableRun[], steps: readonly string[]): string => {
  const lines = [['', ...steps], ...rowsOf(runs, steps).map(({ fault, cells }) => [fault, ...cells.map(cellText)])];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The same for a page. */
export const markdownTable = (runs: readonly TableRun[], steps: readonly string[]): string =>
  [
    `| fault | ${steps.join(' | ')} |`,
    `| --- |${' --- |'.repeat(steps.length)}`,
    ...rowsOf(runs, steps).map(({ fault, cells }) => `| ${fault} | ${cells.map(cellText).join(' | ')} |`),
  ].join('\n');

/** What ended wrongly, alike together. */
export const failuresOf = (runs: readonly TableRun[]): readonly string[] => {
  const failed = runs.filter(({ wrong }) => wrong.length > 0);
  const alike = Map.groupBy(failed, ({ fault, path, wrong }) => `${fault} | ${path}: ${wrong.join('; ')}`);
  return [...alike].map(
    ([what, those]) =>
      `${what} (${those.length}: ${those
        .slice(0, 5)
        .map(({ step, at }) => `${step} ${at}`)
        .join(', ')})`,
  );
};
