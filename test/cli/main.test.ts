import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { commands } from '../../cli/commands.ts';
import { record, scheduleDeletion } from '../support/records.ts';

/** The command line as people and programs call it: a process of its own, its output and its exit status. */
const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const manifest = join(import.meta.dirname, '..', '..', 'package.json');
const folder = mkdtempSync(join(tmpdir(), 'kms-guard-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const log = (...records: readonly object[]): string => JSON.stringify({ Records: records });
const risky = file('risky.json', log(scheduleDeletion()));
const calm = file('calm.json', log(record({ eventName: 'DescribeKey' })));
const cut = file(
  'cut.json.gz',
  gzipSync(log(scheduleDeletion(), scheduleDeletion({ eventID: 'e2' }))).subarray(0, -40),
);
const config = (name: string, content: object): string => file(name, JSON.stringify(content));

const run = (args: readonly string[], input = '', stdout: 'pipe' | number = 'pipe') => {
  const ended = spawnSync(process.execPath, [main, ...args], {
    input,
    cwd: folder,
    encoding: 'utf8',
    stdio: ['pipe', stdout, 'pipe'],
  });
  return { status: ended.status, stdout: ended.stdout ?? '', stderr: ended.stderr };
};

describe('kms-guard', () => {
  it.each(['--version', 'version'])('%s prints the version of the package and nothing else', (word) => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
    expect(run([word])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['--help'], 0],
    [['-h'], 0],
    [['help'], 0],
    [[], 2],
  ])('%j tells what commands there are', (args, status) => {
    const told = run(args);
    expect(told).toMatchObject({ status, stderr: '' });
    for (const { name } of commands) expect(told.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });
});

describe('exit status', () => {
  it.each([
    ['nothing to flag', [calm], 0],
    ['something to flag', [calm, risky], 1],
    ['a file that is cut short', [cut], 3],
    ['nothing at all on stdin', ['-'], 0],
  ])('of replay with %s', (_, paths, status) => {
    expect(run(['replay', ...paths, '--summary']).status).toBe(status);
  });

  it('what was read of a file that is cut short is printed all the same', () => {
    const lines = run(['replay', cut, '--json']).stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toContain('"unreadable":{"file":');
  });

  it.each([
    ['no command', ['bogus'], 'there is no command "bogus"'],
    ['no PATH', ['replay'], 'name at least one PATH'],
    ['an empty PATH', ['replay', ''], 'a PATH is empty'],
    ['a PATH that is not there', ['replay', 'missing.json'], 'missing.json: cannot be read'],
    ['stdin twice', ['replay', '-', '-'], '"-" is named twice'],
    ['an unknown option', ['replay', calm, '--bogus'], "Unknown option '--bogus'"],
    ['two forms', ['replay', calm, '--json', '--summary'], 'give --json or --summary'],
    ['an unknown rule', ['rules', 'nope'], 'there is no rule "nope"'],
    ['no file to check', ['config', 'check'], 'name the FILE'],
    [
      'a rule that is misspelled in the configuration',
      ['replay', calm, '--config', config('unknown.json', { rules: { 'deletion-schedule': {} } })],
      'did you mean "deletion-scheduled"?',
    ],
    [
      'a wrong value in the configuration',
      ['config', 'check', config('wrong.json', { safety: { remediesPerHour: 0 } })],
      '$.safety.remediesPerHour',
    ],
  ])('is 2 for %s, with one line that says so', (_, args, says) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is 3 when the output cannot be written', () => {
    const { status, stderr } = run(['replay', risky], '', openSync(calm, 'r'));
    expect(status).toBe(3);
    expect(stderr).toContain('the output could not be written');
  });
});

it('config init writes what config check takes, and never over a file', () => {
  expect(run(['config', 'init', 'new.json']).status).toBe(0);
  const written = run(['config', 'check', 'new.json']);
  expect(written.status).toBe(0);
  expect(JSON.parse(written.stdout)).not.toHaveProperty('$schema');
  expect(run(['config', 'init', 'new.json']).status).toBe(2);
  expect(run(['config', 'init', '-']).status).toBe(2);
});

it('rules shows a rule as the configuration has it', () => {
  const own = config('own.json', { rules: { 'key-disabled': { enabled: false, severity: 'low' } } });
  expect(JSON.parse(run(['rules', 'key-disabled', '--json', '--config', own]).stdout)).toMatchObject({
    enabled: false,
    severity: 'low',
  });
  expect(run(['rules', '--config', own]).stdout).toMatch(/^key-disabled +low .*\(off\)$/m);
  expect(JSON.parse(run(['rules', 'key-disabled', '--json']).stdout)).toMatchObject({
    enabled: true,
    severity: 'medium',
  });
});

it('--summary prints exactly what the contract names', () => {
  const { stdout } = run(['replay', '-', '--summary'], log(scheduleDeletion(), record({ eventName: 'DescribeKey' })));
  const summary = JSON.parse(stdout);
  expect(Object.keys(summary)).toEqual([
    'files',
    'bytes',
    'records',
    'kmsCalls',
    'watched',
    'unreadable',
    'decisions',
    'seconds',
  ]);
  expect(summary).toMatchObject({ files: 1, records: 2, kmsCalls: 2, watched: 1, unreadable: 0 });
  expect(summary.decisions).toEqual({ ignore: 0, alert: 1, remedy: 0 });
});
