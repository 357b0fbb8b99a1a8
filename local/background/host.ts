import { once } from 'node:events';
import { startGuardedAws } from '../demo/guarded-aws.ts';
import { startDemoSlack, withDemoSlack } from '../demo/demo-slack.ts';
import { LocalError } from '../local-error.ts';
import type { LocalSlack } from '../slack/local-slack.ts';
import { startControl } from './control.ts';
import { leave, newToken, take } from './place.ts';
import type { HostMessage, LocalStatus } from './status.ts';

/** `node host.ts FOLDER LOG CONFIG SLACK_PORT`: the guard on a local AWS, in the background, until it is asked to end. */
const [folder = '', log = '', config = '', slackPort = '0'] = process.argv.slice(2);

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());

let guard: LocalStatus['guard'] = null;
const startedAt = new Date().toISOString();

const tell = (message: HostMessage): void => {
  if (process.connected) process.send?.(message, () => {});
};
const progress = (line: string): void => {
  process.stdout.write(`${line}\n`);
  tell({ kind: 'progress', line });
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const status = (): LocalStatus => {
  const phase = guard === null ? 'starting' : isAlive(guard.emulatorPid) ? 'up' : 'broken';
  return { phase, pid: process.pid, startedAt, log, config, guard };
};

const runUntilStopped = async (slack: LocalSlack): Promise<void> => {
  const { aws, outputs } = await startGuardedAws({
    onProgress: progress,
    signal: stop.signal,
    prepare: (made) => withDemoSlack(made, slack, config),
  });
  try {
    slack.page.setActionsUrl(outputs['SlackActionsUrl'] ?? null, aws.endpoint);
    const { endpoint, account, region, env, emulatorPid } = aws;
    guard = { endpoint, account, region, env, stack: 'KmsGuard', outputs, slack: slack.page.url, emulatorPid };
    tell({ kind: 'up', status: status() });
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } finally {
    await aws.stop();
  }
};

const run = async (): Promise<void> => {
  const slack = await startDemoSlack(Number(slackPort));
  try {
    await runUntilStopped(slack);
  } finally {
    await slack.close();
  }
};

// Whoever started it has gone away while it was starting: then nobody knows of it.
process.on('disconnect', () => {
  if (guard === null) stop.abort();
});

const token = newToken();
const control = await startControl({ token, status, end: () => stop.abort() });
try {
  if (!(await take(folder, { url: control.url, token }))) {
    throw new LocalError('another "kms-guard local up" was faster: see "kms-guard local status"');
  }
  try {
    await run();
  } finally {
    await leave(folder);
  }
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  if (!(error instanceof LocalError)) process.stderr.write(`${error instanceof Error ? error.stack : why}\n`);
  tell({ kind: 'failed', why: stop.signal.aborted ? 'it was ended while it started' : why });
  process.exitCode = 1;
} finally {
  control.close();
  if (process.connected) process.disconnect();
}
