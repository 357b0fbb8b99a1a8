import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { runLocal, type RunLocal } from './local-run.ts';
import { parsedConfig } from './read-config.ts';

const help = `
kms-guard local up [--config FILE] [--slack-port N] [--json]
kms-guard local status [--json]
kms-guard local down [--json]

The guard on this machine: up starts a local AWS on loopback, deploys the real CDK app into it and leaves both running in the
background, with a local page that looks like Slack; down ends them and leaves nothing. Each takes a checkout of kms-guard, no AWS account and no Docker.

  --config FILE        the guard's configuration (default: all remedies enforce); the local Slack stands in for its channels
  --slack-port N       the port of the local Slack (default: any free one)
  --json               for programs

Exit status: 0 done, or it runs; 2 bad usage, or it did not start; 3 (status) it does not run, or its emulator has ended.

Example: kms-guard local up
`;

const answerSchema = z.object({
  running: z.boolean(),
  /** What it was before: `running` or `started` of up, `down` or `ended` of down. */
  was: z.optional(z.string()),
  phase: z.optional(z.string()),
  pid: z.optional(z.number()),
  log: z.optional(z.string()),
  guard: z.optional(
    z.nullable(
      z.object({
        env: z.record(z.string(), z.string()),
        stack: z.string(),
        slack: z.string(),
      }),
    ),
  ),
});
type Answer = z.infer<typeof answerSchema>;

const options = {
  config: { type: 'string' },
  'slack-port': { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
} as const;

export const localWith =
  (run: RunLocal) =>
  async (args: readonly string[], io: Io): Promise<ExitStatus> => {
    const { values, positionals } = readArgs('local', args, options);
    const [action = '', ...more] = positionals;
    if (!['up', 'down', 'status'].includes(action) || more.length > 0) {
      throw new UsageError(
        `local: say up, down or status, not "${positionals.join(' ')}"; see "kms-guard local --help"`,
      );
    }
    const port = values['slack-port'];
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      throw new UsageError(`local: --slack-port takes 0 to 65535, not "${port}"`);
    }
    if (values.config === '-') throw new UsageError('local: --config takes a FILE: the guard reads it again');
    // Told here in one line, not by the CDK half a minute later.
    if (values.config !== undefined) await parsedConfig(io, values.config);
    const config = values.config === undefined ? [] : ['--config', values.config];
    const said = await run([action, '--slack-port', port, ...config], io);
    const answer = z.parse(answerSchema, JSON.parse(said));
    io.stdout(values.json ? said : textOf(answer));
    return action === 'status' && answer.phase !== 'up' ? 3 : 0;
  };

const textOf = ({ running, was, phase, pid, log, guard }: Answer): string => {
  if (!running) return was === 'ended' ? 'The guard on this machine has ended.\n' : 'No guard runs on this machine.\n';
  if (phase === 'broken') return `The emulator has ended (${log}): kms-guard local down, then up.\n`;
  if (guard === undefined || guard === null) return `The guard is starting (process ${pid}, ${log}).\n`;
  return [
    `The guard ${was === 'running' ? 'runs already' : 'runs'} in the background (process ${pid}, ${log}).`,
    `A channel in Slack, on a local page whose buttons work: ${guard.slack}`,
    '',
    'Every KMS call reaches the guard within seconds. Point the AWS CLI, an SDK or kms-guard itself at it:',
    '',
    ...Object.entries(guard.env).map(([name, value]) => `  export ${name}=${value}`),
    '  aws kms create-key',
    `  kms-guard sweep`,
    `  kms-guard report --stack ${guard.stack} --format html --output report.html`,
    '',
    `The outputs of the stack ${guard.stack}: kms-guard local status --json. To end it: kms-guard local down`,
    '',
  ].join('\n');
};

export const localCommand: Command = {
  name: 'local',
  summary: 'runs the guard on this machine: up, down, status',
  help,
  run: localWith(runLocal(places())),
};

/** Of a checkout, from its sources or from its bundle. */
function places(): string | null {
  const inCheckout = ['..', join('..', '..')].map((up) =>
    join(import.meta.dirname, up, 'local', 'background', 'main.ts'),
  );
  return inCheckout.find((file) => existsSync(file)) ?? null;
}
