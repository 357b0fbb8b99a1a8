import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../local-aws.ts';

export const root = join(import.meta.dirname, '..', '..');

/** The local AWS with the guard deployed into it, and where its parts are. */
export type GuardedAws = { readonly aws: LocalAws; readonly outputs: Readonly<Record<string, string>> };

export type ClientSettings = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/** What an SDK client needs to call the local AWS as the account's administrator. */
export const clientSettings = ({ endpoint, region, account }: LocalAws): ClientSettings => ({
  endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'test' },
});

type Options = LocalAwsOptions & {
  /** The guard's configuration file. @default local/guard.config.json */
  readonly config?: string;
  /** What else the deployment needs, made in the local AWS before it. It wins over `config`. */
  readonly prepare?: (aws: LocalAws) => Promise<Deployment>;
};

type Deployment = {
  readonly config: string;
  /** For the CDK, as `-c NAME=VALUE`. */
  readonly context: Readonly<Record<string, string>>;
};

/** Builds the bundles, starts the local AWS and deploys the guard with the unmodified CDK CLI. Throws LocalError. */
export const startGuardedAws = async (options: Options = {}): Promise<GuardedAws> => {
  const { config = join(root, 'local', 'guard.config.json'), prepare, ...awsOptions } = options;
  options.onProgress?.('building the Lambda bundles');
  await buildBundles();
  const aws = await startLocalAws(awsOptions);
  try {
    const deployment = await prepare?.(aws);
    return { aws, outputs: await deployGuard(aws, deployment?.config ?? config, deployment?.context) };
  } catch (error) {
    await aws.stop();
    throw error;
  }
};

/** `npm run build`. */
export const buildBundles = async (): Promise<void> => {
  await promisify(execFile)(process.execPath, ['esbuild.config.mjs'], { cwd: root });
};

/** Deploys the guard, or deploys it again with another configuration. Returns the stack's outputs. */
export const deployGuard = async (
  aws: LocalAws,
  config: string,
  more: Deployment['context'] = {},
): Promise<Readonly<Record<string, string>>> => {
  const context = { ...more, config, fast: 'true' };
  await aws.deploy({ app: 'node infra/app.ts', cwd: root, stacks: ['KmsGuard'], context });
  return outputsOf(aws);
};

const outputsOf = async (aws: LocalAws): Promise<Readonly<Record<string, string>>> => {
  const client = new CloudFormationClient(clientSettings(aws));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'KmsGuard' }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};
