import type { Rule } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';
import type { Clock } from '../shared/ports.ts';
import type { Estate } from '../shared/sweep/ports.ts';
import type { SweepReport } from '../shared/sweep/sweep-report.ts';
import { type Command, type ExitStatus, UsageError } from './command.ts';
import { checkOutputs, put } from './outputs.ts';
import { readConfig } from './read-config.ts';
import { reportOf } from './report.ts';
import { connectAws } from './sweep-aws.ts';
import { type SweepArgs, sweepArgs, sweepFormats } from './sweep-args.ts';
import { incomplete, render } from './sweep-output.ts';
import { findPlaces } from './sweep-places.ts';
import { progressBar } from './sweep-progress.ts';
import { runSweep } from './sweep-run.ts';

const help = `
kms-guard sweep [--account ID]... [--role NAME] [--region R|all]... [--all-accounts] [--endpoint-url URL]
                [--rule RULE]... [--format ${sweepFormats.join('|')} [--output FILE]]... [--json] [--config FILE]

Looks at every key with the credentials at hand: the SDK's usual chain, with profiles, SSO and AWS_ENDPOINT_URL. It only reads.

  --account ID         an account, several times for several (default: the account of the credentials)
  --all-accounts       every active account of the organization; needs --role
  --role NAME          the role to assume in accounts other than one's own, as session kms-guard-sweep
  --region R|all       a Region, several times for several; all: every Region enabled in the account (default: the Region at hand)
  --endpoint-url URL   instead of AWS's own endpoints
  --rule RULE          only this rule, several times for several, and only the calls that it needs (default: all that sweep)
  --format F           ${sweepFormats.join(', ')}, to the --output FILE after it or to standard output (default: table)
  --json               the same as --format json
  --last-use-limit N   keys a Region whose last use is asked for: AWS allows 5 a second, the sweep takes half (default: 10000)
  --config FILE        the guard's configuration (default: guard.config.json of this folder, or else the defaults)

It takes at most half of any request quota of KMS. Exit status: 0 nothing to flag, 1 flagged, 3 something could not be read.

Example: kms-guard sweep --account 111122223333 --role Audit --region eu-west-1 --format csv --output keys.csv --format table
`;

/** What the command stands on. */
export type Connected = { readonly estate: Estate; readonly clock: Clock };
export type Connect = (input: { readonly args: SweepArgs; readonly region: string | undefined }) => Promise<Connected>;

export const sweepWith = (connect: Connect): Command => ({
  name: 'sweep',
  summary: 'looks at every key of accounts and Regions, from here',
  help,
  run: async (argv, io) => {
    const args = sweepArgs(argv);
    const wanted = rulesOf(args);
    const config = await readConfig(io, args.config);
    await checkOutputs(args.outputs, 'sweep');
    const region = args.regions === 'all' ? undefined : args.regions[0];
    const { estate, clock } = await connect({ args, region });
    const bar = progressBar(io, clock);
    const places = await findPlaces(args, { estate, clock });
    const settings = { rules: wanted, config, ownRoles: [] };
    const narrowed = args.rules.length === 0 ? {} : { narrowedTo: wanted.map(({ id }) => id).toSorted() };
    const run = { estate, clock, settings, ...narrowed, lastUseAsks: args.lastUseLimit, onProgress: bar.show };
    const report = await runSweep(run, places).finally(bar.clear);
    const asReport = () => reportOf(report, { config, title: 'KMS keys' });
    for (const { format, file } of args.outputs) {
      const texts = render(report, { format, color: file === null && io.color, asReport });
      await put(io, texts, { file, command: 'sweep' });
    }
    if (args.outputs.every(({ format, file }) => format !== 'table' || file !== null)) {
      for (const line of incomplete(report.regions)) io.stderr(`kms-guard: ${line}\n`);
    }
    return statusOf(report);
  },
});

const rulesOf = ({ rules: names }: SweepArgs): readonly Rule[] => {
  const unknown = names.find((name) => !rules.some(({ id, sweep }) => id === name && sweep));
  if (unknown !== undefined) {
    throw new UsageError(`sweep: there is no rule "${unknown}" that a sweep can judge; "kms-guard rules" lists them`);
  }
  return names.length === 0 ? rules : rules.filter(({ id }) => names.includes(id));
};

export const sweepCommand = sweepWith(connectAws);

const statusOf = ({ regions, findings }: SweepReport): ExitStatus => {
  if (regions.some(({ state }) => state !== 'complete')) return 3;
  return findings.some(({ waivedUntil }) => waivedUntil === null) ? 1 : 0;
};
