import { once } from 'node:events';
import { parseArgs, styleText } from 'node:util';
import { LocalError } from './local-error.ts';
import { startDemoSlack, withDemoSlack } from './demo/demo-slack.ts';
import { runDemo } from './demo/run-demo.ts';
import { startGuardedAws } from './demo/guarded-aws.ts';
import { writeLocalReport } from './demo/local-report.ts';
import type { LocalSlack } from './slack/local-slack.ts';

/** `npm start [-- --once] [-- --slack-port N]`: the guard on a local AWS, a small estate of keys, and what the guard makes of what happens to them. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const progress = (line: string): void => {
  process.stderr.write(`${styleText('gray', `  ${line}`, { stream: process.stderr })}\n`);
};

type Options = { readonly once: boolean; readonly slackPort: number };

const readOptions = (): Options => {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean', default: false }, 'slack-port': { type: 'string', default: '0' } },
    });
    return { once: values.once, slackPort: portOf(values['slack-port']) };
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError(
      `start: unknown option ${process.argv.slice(2).join(' ')}; there are --once and --slack-port N`,
    );
  }
};

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new LocalError(`start: --slack-port takes 0 to 65535, not "${text}"`);
  return port;
};

const main = async (): Promise<number> => {
  const options = readOptions();
  say('kms-guard on a local AWS: the real CDK app, Lambdas, EventBridge, SQS, SNS, DynamoDB and KMS calls.');
  const local = await startDemoSlack(options.slackPort);
  try {
    return await withSlack(local, options);
  } finally {
    await local.close();
  }
};

const withSlack = async (local: LocalSlack, { once: isOnce }: Options): Promise<number> => {
  const { page } = local;
  const { aws, outputs } = await startGuardedAws({
    onProgress: progress,
    signal: stop.signal,
    prepare: (made) => withDemoSlack(made, local),
  });
  try {
    page.setActionsUrl(outputs['SlackActionsUrl'] ?? null, aws.endpoint);
    say(`\nA channel in Slack, on a local page whose buttons work: ${page.url}`);
    const demo = await runDemo({ aws, outputs, local, answers: isOnce, say, signal: stop.signal });
    const report = await writeLocalReport({ aws, tableName: outputs['TableName'] ?? '' });
    say(`\nA report of this estate, to open in a browser: ${report}`);
    if (isOnce) return demo.asExpected ? 0 : 1;
    showWayOn(aws.env, page.url);
    await Promise.race([demo.showAlerts(), once(stop.signal, 'abort')]);
    return 0;
  } finally {
    await aws.stop();
  }
};

const showWayOn = (env: Readonly<Record<string, string>>, slackUrl: string): void => {
  say('\nThe local AWS stays up. Try it: every KMS call reaches the guard within seconds.\n');
  for (const [name, value] of Object.entries(env)) say(`  export ${name}=${value}`);
  say('  aws kms create-key');
  say('  aws kms schedule-key-deletion --pending-window-in-days 7 --key-id KEY\n');
  say(`Answer in Slack (as Dana you asked for the deletion: Ravi must approve it): ${slackUrl}`);
  say('Ctrl-C ends it and leaves nothing behind.');
};

try {
  process.exitCode = await main();
} catch (error) {
  if (stop.signal.aborted) {
    process.exitCode = 130;
  } else if (error instanceof LocalError) {
    process.stderr.write(`kms-guard: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
