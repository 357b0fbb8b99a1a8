import { once } from 'node:events';
import { parseArgs, styleText } from 'node:util';
import { LocalError } from './local-error.ts';
import { runDemo } from './demo/run-demo.ts';
import { startGuardedAws } from './demo/guarded-aws.ts';
import { writeLocalReport } from './demo/local-report.ts';

/** `npm start [-- --once]`: the guard on a local AWS, a small estate of keys, and what the guard makes of what happens to them. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const progress = (line: string): void => {
  process.stderr.write(`${styleText('gray', `  ${line}`, { stream: process.stderr })}\n`);
};

const readOptions = (): { readonly once: boolean } => {
  try {
    const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
    return values;
  } catch {
    throw new LocalError(`start: unknown option ${process.argv.slice(2).join(' ')}; there is only --once`);
  }
};

const main = async (): Promise<number> => {
  const options = readOptions();
  say('kms-guard on a local AWS: the real CDK app, Lambdas, EventBridge, SQS, SNS, DynamoDB and KMS calls.');
  const { aws, outputs } = await startGuardedAws({ onProgress: progress, signal: stop.signal });
  try {
    const demo = await runDemo({ aws, outputs, say, signal: stop.signal });
    const report = await writeLocalReport({ aws, tableName: outputs['TableName'] ?? '' });
    say(`\nA report of this estate, to open in a browser: ${report}`);
    if (options.once) return demo.asExpected ? 0 : 1;
    say('\nThe local AWS stays up. Try it: every KMS call reaches the guard within seconds.\n');
    for (const [name, value] of Object.entries(aws.env)) say(`  export ${name}=${value}`);
    say('  aws kms create-key');
    say('  aws kms schedule-key-deletion --pending-window-in-days 7 --key-id KEY\n');
    say('Ctrl-C ends it and leaves nothing behind.');
    await Promise.race([demo.showAlerts(), once(stop.signal, 'abort')]);
    return 0;
  } finally {
    await aws.stop();
  }
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
