import { aggregate } from '../shared/reports/aggregate.ts';
import { inputFromSweep, type SweepOutput } from '../shared/reports/from-sweep.ts';
import { formatNamed, reportFormats } from '../shared/reports/formats.ts';
import { readSweep } from '../shared/reports/read-sweep.ts';
import { reportRules } from '../shared/reports/report-rules.ts';
import type { Report } from '../shared/reports/report.ts';
import type { GuardConfig } from '../shared/config/config.ts';
import { rules } from '../shared/rules/index.ts';
import { type Command, type ExitStatus, readArgs, UsageError } from './command.ts';
import { oneToStdout, outputsOf, put } from './outputs.ts';
import { readText } from './policy-input.ts';
import { readConfig } from './read-config.ts';
import { writeBundle } from './report-bundle.ts';
import { verifyReport } from './report-verify.ts';

const formats = reportFormats.map(({ name }) => name);

const help = `
kms-guard report FILE [--format ${formats.join('|')} [--output FILE]]...
                 [--bundle FOLDER] [--title NAME] [--config FILE]
kms-guard report verify FOLDER|MANIFEST [--public-key FILE] [--json]

Renders the JSON of a sweep (- for standard input) as a report. The same file makes the same report, byte for byte.

  --format F      ${formats.join(', ')}, to the --output FILE after it or to standard output (default: html)
  --bundle FOLDER every format into an empty folder, with a manifest of their SHA-256
  --title NAME    the estate's name in the report's head (default: KMS keys)
  --config FILE   the guard's configuration: its waivers and severities (default: guard.config.json of this folder, or the defaults)

verify tells whether the files of a bundle are as its manifest says, and whether its signature holds: with the public key that came
with it, or, better, with your own (--public-key: PEM, or DER as "aws kms get-public-key" gives it). Exit status: 0 all is well,
1 a file is changed, missing or extra, or the signature does not hold.

What stands only in the ledger (what the guard did, approvals, earlier reports) is marked as not in the report.
Exit status: 0 nothing to flag, 1 flagged, 3 the sweep was not complete.

Example: kms-guard sweep --json > sweep.json; kms-guard report sweep.json --format html --output report.html
`;

const options = {
  format: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
  bundle: { type: 'string' },
  title: { type: 'string', default: 'KMS keys' },
  config: { type: 'string' },
} as const;

const wrong = (problem: string): UsageError => new UsageError(`report: ${problem}; see "kms-guard report --help"`);

export const reportCommand: Command = {
  name: 'report',
  summary: "a sweep's JSON as a report for people and for other systems",
  help,
  run: async (args, io) => {
    if (args[0] === 'verify') return verifyReport(args.slice(1), io);
    const { values, positionals } = readArgs('report', args, options);
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw wrong('takes one FILE, or - for standard input');
    const asked = outputsOf({ args, options, wrong }, formats);
    const outputs = asked.length === 0 && values.bundle === undefined ? [{ format: 'html', file: null }] : asked;
    oneToStdout(outputs, wrong);
    const config = await readConfig(io, values.config);
    const read = readSweep(await readText(io, file, 'report'));
    if (read.kind === 'error')
      throw new UsageError(
        `report: ${file}: ${[read.path, read.message].filter((text) => text !== '').join(': ')}; give it what "kms-guard sweep --json" prints`,
      );
    const report = reportOf(read.sweep, { config, title: values.title });
    for (const output of outputs) {
      const texts = formatNamed(output.format)?.render(report) ?? [];
      await put(io, texts, { file: output.file, command: 'report' });
    }
    if (values.bundle !== undefined) await writeBundle(report, values.bundle);
    return statusOf(report);
  },
};

/** A report about one sweep, made when the sweep ended: no clock has a say in it. */
export const reportOf = (
  sweep: SweepOutput,
  { config, title }: { readonly config: GuardConfig; readonly title: string },
): Report => {
  const waivers = config.waivers.map((waiver) => ({ ...waiver, approvedBy: null }));
  const { finishedAt: generatedAt } = sweep;
  return aggregate(inputFromSweep(sweep, { generatedAt, title, rules: reportRules(rules, config), waivers }));
};

const statusOf = ({ sweep, headline: { openTotal, undetermined } }: Report): ExitStatus => {
  if (sweep?.state !== 'complete') return 3;
  return openTotal + undetermined > 0 ? 1 : 0;
};
