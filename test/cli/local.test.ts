import { expect, test } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { localWith } from '../../cli/local.ts';
import { runLocal } from '../../cli/local-run.ts';
import { memoryIo } from '../support/memory-io.ts';

const guard = {
  env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_REGION: 'eu-west-1' },
  stack: 'KmsGuard',
  outputs: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts' },
  slack: 'http://127.0.0.1:4567',
};
const isUp = { running: true, phase: 'up', pid: 12, log: 'up.log', guard };

const said = async (args: readonly string[], answer: unknown) => {
  const asked: (readonly string[])[] = [];
  const io = memoryIo({ readFile: async () => '{}' });
  const run = async (given: readonly string[]): Promise<string> => {
    asked.push(given);
    return `${JSON.stringify(answer)}\n`;
  };
  const status = await localWith(run)(args, io);
  return { status, out: io.out(), asked };
};

test('up says how to reach the guard, and how to end it', async () => {
  const { status, out, asked } = await said(['up'], { ...isUp, was: 'started' });
  expect(status).toBe(0);
  expect(asked).toEqual([['up', '--slack-port', '0']]);
  expect(out).toContain('The guard runs in the background (process 12, up.log).');
  expect(out).toContain('  export AWS_ENDPOINT_URL=http://127.0.0.1:4566\n  export AWS_REGION=eu-west-1\n');
  expect(out).toContain('http://127.0.0.1:4567');
  expect(out).toContain('kms-guard local down');
});

test('up takes a configuration and a port', async () => {
  const { asked } = await said(['up', '--config', 'mine.json', '--slack-port', '8080'], { ...isUp, was: 'running' });
  expect(asked).toEqual([['up', '--slack-port', '8080', '--config', 'mine.json']]);
});

test('--json hands on what was said, and nothing else', async () => {
  const { out } = await said(['status', '--json'], { ...isUp, endpoint: 'x' });
  expect(JSON.parse(out)).toEqual({ ...isUp, endpoint: 'x' });
});

test.each([
  ['it is up', isUp, 0, 'The guard runs in the background'],
  ['it starts', { ...isUp, phase: 'starting', guard: null }, 3, 'The guard is starting (process 12, up.log).'],
  ['its emulator has ended', { ...isUp, phase: 'broken' }, 3, 'The emulator has ended (up.log)'],
  ['there is none', { running: false }, 3, 'No guard runs on this machine.'],
])('status: %s', async (_name, answer, status, text) => {
  const result = await said(['status'], answer);
  expect(result.status).toBe(status);
  expect(result.out).toContain(text);
});

test.each([
  ['ended', 'The guard on this machine has ended.\n'],
  ['down', 'No guard runs on this machine.\n'],
])('down, where it was %s before', async (was, text) => {
  expect(await said(['down'], { running: false, was })).toMatchObject({ status: 0, out: text });
});

test.each([
  [[], /say up, down or status, not ""/],
  [['start'], /say up, down or status, not "start"/],
  [['up', 'down'], /say up, down or status, not "up down"/],
  [['up', '--slack-port', '70000'], /--slack-port takes 0 to 65535, not "70000"/],
  [['up', '--slack-port', '-1'], /--slack-port/],
  [['up', '--config', '-'], /takes a FILE/],
  [['up', '--verbose'], /Unknown option '--verbose'/],
])('bad usage is one line: %j', async (args, message) => {
  await expect(said(args, isUp)).rejects.toThrow(message);
});

test('a configuration that is wrong is told before anything starts', async () => {
  const io = memoryIo({ readFile: async () => '{"modes":1}' });
  const run = (): Promise<string> => Promise.reject(new Error('started'));
  await expect(localWith(run)(['up', '--config', 'x.json'], io)).rejects.toThrow(UsageError);
});

test('outside a checkout it says what it needs', async () => {
  await expect(runLocal(null)(['up'], memoryIo())).rejects.toThrow(/needs a checkout of kms-guard/);
});

test('the last words of what it runs are the one line', async () => {
  const io = memoryIo({ progress: true });
  const program = new URL('../support/failing-program.mjs', import.meta.url).pathname;
  await expect(runLocal(program)(['up'], io)).rejects.toThrow(new UsageError('no Python 3.10 was found: install it'));
  expect(io.err()).toContain('building');
});
