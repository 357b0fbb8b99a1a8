import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cleanEnvironment } from './environment.ts';
import { LocalError } from './local-error.ts';
import { runCommand } from './run-command.ts';

export interface DeployOptions {
  /** Where AWS answers: the bridge's URL. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** The CDK app, as for `cdk --app`. */
  readonly app: string;
  /** The folder that the app runs in. @default the current one */
  readonly cwd?: string;
  /** Stacks to deploy. @default all */
  readonly stacks?: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
  /** Added to the app's clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Scratch space for the cloud assembly. */
  readonly scratch: string;
  /** Gets everything that the CDK says. */
  readonly log: string;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

const CDK = join(createRequire(import.meta.url).resolve('aws-cdk/package.json'), '..', 'bin', 'cdk');

/** `cdk bootstrap`, then `cdk deploy`, by the unmodified CDK CLI. Throws LocalError with its last words and its log. */
export async function deploy(options: DeployOptions): Promise<void> {
  const home = join(options.scratch, 'home');
  await mkdir(home, { recursive: true });
  const context = Object.entries(options.context ?? {}).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  // Away from the app: bootstrapping needs no synthesis.
  await cdk(options, {
    home,
    cwd: home,
    args: ['bootstrap', `aws://${options.account}/${options.region}`, ...context],
  });
  const output = ['--app', options.app, '--output', join(options.scratch, 'cdk.out')];
  const args = ['deploy', ...(options.stacks ?? ['--all']), '--require-approval=never', '--concurrency=4'];
  await cdk(options, { home, cwd: options.cwd ?? process.cwd(), args: [...args, ...output, ...context] });
}

interface Run {
  readonly home: string;
  readonly cwd: string;
  readonly args: readonly string[];
}

async function cdk(options: DeployOptions, { home, cwd, args }: Run): Promise<void> {
  const ended = await runCommand({
    file: process.execPath,
    args: [CDK, ...args, '--no-notices', '--no-version-reporting', '--no-color'],
    cwd,
    env: deployEnvironment(options, home),
    log: options.log,
    onLine: (line) => progressOf(line).forEach(options.onProgress),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (ended.code === 0) return;
  throw new LocalError(`cdk ${args[0] ?? ''} failed: ${complaint(ended.tail)} (whole log: ${options.log})`);
}

function deployEnvironment(options: DeployOptions, home: string): Record<string, string> {
  return {
    ...cleanEnvironment(),
    ...options.env,
    HOME: home,
    AWS_ENDPOINT_URL: options.endpoint,
    AWS_ACCESS_KEY_ID: options.account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: options.account,
    CDK_DEFAULT_REGION: options.region,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
  };
}

/** `Stack | 3/13 | 6:59:24 PM | CREATE_COMPLETE | AWS::SQS::Queue | Inbox (InboxA8E05DC3)`, and the lines with a check mark. */
export function progressOf(line: string): readonly string[] {
  const [stack, count, , status, type, name] = line.split('|').map((cell) => cell.trim());
  if (name !== undefined && status === 'CREATE_COMPLETE') return [`${stack} ${count} ${type} ${name.split(' (')[0]}`];
  return /^\s*✅/u.test(line) ? [line.trim()] : [];
}

/** The few last lines that say something, on one line. */
export function complaint(tail: readonly string[]): string {
  const telling = tail.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('at '));
  const errors = telling.filter((line) => /error|fail|denied|invalid|cannot|not found/i.test(line));
  return (errors.length === 0 ? telling : errors).slice(-3).join(' | ').slice(0, 600) || 'it said nothing';
}
