import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBridge } from './bridge/bridge.ts';
import { bridgeControl } from './bridge/bridge-control.ts';
import type { BridgeControl } from './bridge/bridge-control.ts';
import { deploy } from './deploy.ts';
import type { DeployOptions } from './deploy.ts';
import { startEmulator } from './emulator.ts';
import { cleanEnvironment, nodeFirstPath } from './environment.ts';
import { onProcessEnd } from './process-end.ts';
import { ensureVenv } from './python.ts';

export interface LocalAwsOptions {
  /** Twelve digits. @default 111122223333 */
  readonly account?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  /** `Role/session` that the account's own key is recorded as. @default PlatformAdmin/dana@example.com */
  readonly administrator?: string;
  readonly onProgress?: (line: string) => void;
  /** Cancels the start. Once started, only `stop` ends it. */
  readonly signal?: AbortSignal;
}

export interface LocalAws {
  /** AWS on this machine: the bridge. Point AWS_ENDPOINT_URL at it. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** What a client needs to call it as the account's administrator. */
  readonly env: Readonly<Record<string, string>>;
  readonly bridge: BridgeControl;
  /** Logs of the emulator and the CDK; gone after `stop`, except the copies that a failed deployment leaves. */
  readonly logFolder: string;
  /** The emulator's process, which leads its own process group. */
  readonly emulatorPid: number;
  /** Runs the unmodified CDK CLI against it. Throws LocalError. */
  deploy(what: LocalDeployment): Promise<void>;
  /** Leaves no process, port or file behind. May be called twice. */
  stop(): Promise<void>;
}

export type LocalDeployment = Pick<DeployOptions, 'app' | 'cwd' | 'stacks' | 'context' | 'env' | 'signal'>;

const CHECKOUT_LOCAL = fileURLToPath(new URL('../.local/', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** Starts emulator and bridge. Throws LocalError (or the signal's reason) and leaves nothing behind then. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const say = options.onProgress ?? (() => {});
  const account = options.account ?? '111122223333';
  const region = options.region ?? 'eu-west-1';
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const venv = { folder: join(CHECKOUT_LOCAL, 'python'), requirements: REQUIREMENTS, env: cleanEnvironment() };
  const python = await ensureVenv({ ...venv, onProgress: say, ...signal });
  const folder = await mkdtemp(join(tmpdir(), 'kms-guard-local-'));
  const cleanup = cleanups(() => rm(folder, { recursive: true, force: true }));
  const disarm = onProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  cleanup.add(async () => disarm());
  try {
    const token = randomUUID();
    const onFailure = (error: unknown) => say(`bridge: ${error instanceof Error ? error.message : String(error)}`);
    const administrator = options.administrator === undefined ? {} : { administrator: options.administrator };
    const bridge = await startBridge({ token, onFailure, ...administrator });
    cleanup.add(() => bridge.stop());
    say('starting the emulator');
    const started = { python, bridgeUrl: bridge.url, token, scratch: folder, path: nodeFirstPath() };
    const emulator = await startEmulator({ ...started, log: join(folder, 'emulator.log'), ...signal });
    cleanup.add(() => emulator.stop());
    bridge.connect(emulator.port);
    say(`the local AWS answers on ${bridge.url}`);
    return {
      endpoint: bridge.url,
      account,
      region,
      env: clientEnvironment(bridge.url, account, region),
      bridge: bridgeControl(bridge.url),
      logFolder: folder,
      emulatorPid: emulator.pid,
      deploy: (what) => deployInto({ endpoint: bridge.url, account, region, folder, say }, what),
      stop: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

function clientEnvironment(endpoint: string, account: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
  };
}

interface Target {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly folder: string;
  readonly say: (line: string) => void;
}

async function deployInto({ folder, say, ...target }: Target, what: LocalDeployment): Promise<void> {
  const log = join(CHECKOUT_LOCAL, 'cdk-deploy.log');
  await mkdir(CHECKOUT_LOCAL, { recursive: true });
  await rm(log, { force: true });
  try {
    await deploy({ ...what, ...target, scratch: folder, log, onProgress: say });
    await rm(log, { force: true });
  } catch (error) {
    await copyFile(join(folder, 'emulator.log'), join(CHECKOUT_LOCAL, 'emulator.log'));
    throw error;
  }
}

/** Undoes in reverse order, once, and goes on when a step fails; the failures are thrown at the end. */
function cleanups(last: () => Promise<void>): { add(step: () => Promise<void>): void; run(): Promise<void> } {
  const steps = [last];
  return {
    add: (step) => void steps.push(step),
    async run() {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).toReversed()) await step().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, 'the local AWS could not be stopped cleanly');
    },
  };
}
