import { aggregate } from '../shared/reports/aggregate.ts';
import { inputFromSweep, type SweepOutput } from '../shared/reports/from-sweep.ts';
import { formatNamed, reportFormats } from '../shared/reports/formats.ts';
import { readSweep } from '../shared/reports/read-sweep.ts';
import { reportRules } from '../shared/reports/report-rules.ts';
import type { Report } from '../shared/reports/report.ts';
import type { GuardConfig } from '../shared/config/config.ts';
import { rules } from '../shared/rules/index.ts';
import { reportKinds } from '../shared/config/report-config.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { oneToStdout, outputsOf, put } from './outputs.ts';
import { readText } from './policy-input.ts';
import { readConfig } from './read-config.ts';
import { writeBundle } from './report-bundle.ts';
import { type LedgerAccess, ledgerReport, ledgerReportOptions, openSources } from './report-ledger.ts';
import { verifyReport } from './report-verify.ts';

const formats = reportFormats.map(({ name }) => name);

const help = `
kms-guard report FILE|--stack NAME [--format ${formats.join('|')} [--output FILE]]...
                 [--bundle FOLDER] [--title NAME] [--config FILE]
kms-guard report verify FOLDER|MANIFEST [--public-key FILE|--key ARN] [--json]

Renders the JSON of a sweep (- for standard input) as a report; the same file makes the same report, byte for byte. With --stack
it renders what a deployed guard knows: its ledger, the last sweep if it ended in the period, and the reports that were made before.

  --format F      ${formats.join(', ')}, to the --output FILE after it or to standard output (default: html)
  --bundle FOLDER every format into an empty folder, with a manifest of their SHA-256
  --title NAME    the estate's name in the report's head (default: KMS keys, or reports.title of the configuration)
  --config FILE   the guard's configuration: its waivers and severities (default: guard.config.json of this folder, or the defaults)

  --stack NAME        the stack that was deployed, such as KmsGuard; nothing is written there, and nobody is told
  --region R          its Region (default: the Region at hand)
  --endpoint-url URL  instead of AWS's own endpoints
  --period P          ${reportKinds.join(', ')} (default: the first of reports.schedules, or weekly)
  --at TIME           when the period ends, ISO 8601 (default: now); findings stand as the ledger has them now

verify tells whether the files of a bundle are as its manifest says, and whether its signature holds: with the public key that came
with it, or, better, with your own (--public-key: PEM, or DER as "aws kms get-public-key" gives it), or with the one that KMS
itself gives for the key (--key ARN, with the credentials at hand). Exit status: 0 all is well, 1 a file is changed, missing or
extra, or the signature does not hold.

In a report of a FILE, what stands only in the ledger (what the guard did, approvals, earlier reports) is marked as not there.
Exit status: 0 nothing to flag, 1 flagged, 3 the sweep was not complete, or there was none in the period.

Examples: kms-guard sweep --json > sweep.json; kms-guard report sweep.json --format html --output report.html
          kms-guard report --stack KmsGuard --period daily --format html --output report.html
`;

const options = {
  format: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
  bundle: { type: 'string' },
  title: { type: 'string' },
  config: { type: 'string' },
  ...ledgerReportOptions,
} as const;

const wrong = (problem: string): UsageError => new UsageError(`report: ${problem}; see "kms-guard report --help"`);

export const reportWith = (ledger: LedgerAccess): Command => ({
  name: 'report',
  summary: "a sweep's JSON, or what a deployed guard knows, as a report for people and for other systems",
  help,
  run: async (args, io) => {
    if (args[0] === 'verify') return verifyReport(args.slice(1), io);
    const { values, positionals } = readArgs('report', args, options);
    const source = sourceOf(positionals, values);
    const asked = outputsOf({ args, options, wrong }, formats);
    const outputs = asked.length === 0 && values.bundle === undefined ? [{ format: 'html', file: null }] : asked;
    oneToStdout(outputs, wrong);
    const config = await readConfig(io, values.config);
    const { title } = values;
    const report =
      source.kind === 'file'
        ? await fileReport(io, source.file, { config, title: title ?? 'KMS keys' })
        : await ledgerReport({ io, values: { ...values, stack: source.stack }, config, title, wrong }, ledger);
    for (const output of outputs) {
      const texts = formatNamed(output.format)?.render(report) ?? [];
      await put(io, texts, { file: output.file, command: 'report' });
    }
    if (values.bundle !== undefined) await writeBundle(report, values.bundle);
    return ended(report, io);
  },
});

export const reportCommand = reportWith({ open: openSources, now: Date.now });

type Source = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'ledger'; readonly stack: string };
type Given = { readonly [Name in keyof typeof ledgerReportOptions]?: string | undefined };

const sourceOf = ([file, ...more]: readonly string[], given: Given): Source => {
  if (more.length > 0) throw wrong('takes one FILE, or - for standard input, or --stack NAME');
  if (given.stack !== undefined) {
    if (file !== undefined) throw wrong(`takes a FILE or --stack, not both: ${file} and ${given.stack}`);
    return { kind: 'ledger', stack: given.stack };
  }
  if (file === undefined) throw wrong('takes one FILE, or - for standard input, or --stack NAME');
  const lost = (['region', 'endpoint-url', 'period', 'at'] as const).find((name) => given[name] !== undefined);
  if (lost !== undefined) throw wrong(`--${lost} goes with --stack: a FILE has its own time and place`);
  return { kind: 'file', file };
};

type Shown = { readonly config: GuardConfig; readonly title: string };

const fileReport = async (io: Io, file: string, shown: Shown): Promise<Report> => {
  const read = readSweep(await readText(io, file, 'report'));
  if (read.kind === 'sweep') return reportOf(read.sweep, shown);
  const what = [read.path, read.message].filter((text) => text !== '').join(': ');
  throw new UsageError(`report: ${file}: ${what}; give it what "kms-guard sweep --json" prints`);
};

/** A report about one sweep, made when the sweep ended: no clock has a say in it. */
export const reportOf = (sweep: SweepOutput, { config, title }: Shown): Report => {
  const waivers = config.waivers.map((waiver) => ({ ...waiver, approvedBy: null }));
  const { finishedAt: generatedAt } = sweep;
  return aggregate(inputFromSweep(sweep, { generatedAt, title, rules: reportRules(rules, config), waivers }));
};

const ended = ({ sweep, headline: { openTotal, undetermined } }: Report, io: Io): ExitStatus => {
  if (sweep === null)
    io.stderr('report: incomplete: no sweep ended in its period, so nothing is known of keys without a finding\n');
  if (sweep?.state === 'partial')
    io.stderr('report: incomplete: its sweep could not read everything; the report names what\n');
  if (sweep?.state !== 'complete') return 3;
  return openTotal + undetermined > 0 ? 1 : 0;
};
