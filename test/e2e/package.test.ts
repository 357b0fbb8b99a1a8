import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDeclarations } from '../../scripts/declarations.ts';

/** The package as somebody else gets it: packed, unpacked, used by an app that knows nothing of this repository. */

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'kms-guard-package-'));
const installed = join(folder, 'node_modules', 'kms-guard');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (file: string, text: string): string => {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  // `npm run test:e2e` has built the bundles.
  writeDeclarations();
  const npm = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  execFileSync('npm', npm, { cwd: root, encoding: 'utf8' });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'none';
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', installed]);
  // Its peers, and what a type check of an app needs: nothing that only this repository has.
  for (const name of ['aws-cdk-lib', 'constructs', join('@types', 'node'), 'undici-types']) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  put('package.json', '{ "name": "an-app", "type": "module" }');
});

const node = (file: string, env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

const app = (props: string): string => `
import { App, Stack } from 'aws-cdk-lib';
import { CfnOutput } from 'aws-cdk-lib';
import { KmsGuard } from 'kms-guard';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Security');
const guard = new KmsGuard(stack, 'Guard', ${props});
new CfnOutput(stack, 'Ours', { value: guard.topic.topicArn });
app.synth();
`;

const enforcing = "{ config: { modes: { remedies: { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' } } } }";

describe('new KmsGuard(...) from the package', () => {
  test('synthesizes in a stack of somebody else, with the bundles of the package', () => {
    const ended = node(put('app.mjs', app(enforcing)));
    expect(ended.stderr).not.toMatch(/Error/);
    expect(ended.status).toBe(0);
    const template = readFileSync(join(folder, 'cdk.out', 'Security.template.json'), 'utf8');
    expect(template).toContain('kms:CancelKeyDeletion');
    expect(template).toMatch(/"GuardLedgerTable[0-9A-F]{8}"/);
    expect(template).toContain('"DeletionGuardDeadLettersUrl"');
    const bundles = readdirSync(join(folder, 'cdk.out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('index.mjs'),
    );
    expect(bundles.length).toBeGreaterThanOrEqual(4);
    for (const bundle of bundles)
      expect(readFileSync(join(folder, 'cdk.out', bundle)).byteLength).toBeGreaterThan(10_000);
  });

  test('refuses a configuration that is not right, and says what', () => {
    const ended = node(put('wrong.mjs', app("{ config: { modes: { remedies: { cancelKeyDeletion: 'enforced' } } } }")));
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('modes.remedies.cancelKeyDeletion');
  });

  test('has types', () => {
    const check = (name: string, props: string) => {
      const file = put(name, app(props));
      const tsc = join(root, 'node_modules', '.bin', 'tsc');
      const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', 'false', '--types', 'node'];
      const target = ['--module', 'nodenext', '--target', 'es2023'];
      return spawnSync(tsc, [...options, ...target, '--skipDefaultLibCheck', 'true', file], {
        cwd: folder,
        encoding: 'utf8',
      });
    };
    const right = check('right.ts', enforcing);
    expect(right.stdout).not.toMatch(/kms-guard|right\.ts/);
    expect(check('typo.ts', '{ confgi: {} }').stdout).toMatch(/typo\.ts.*confgi/);
  });
});

test('the command line of the package runs', () => {
  const ended = node(join(installed, 'dist', 'cli', 'kms-guard.mjs'));
  expect(`${ended.stdout}${ended.stderr}`).toContain('kms-guard');
});

test('the package brings nothing else along: everything is in its bundles', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).toHaveProperty('peerDependencies');
});

test('the package holds no sources, tests, maps or local files', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files).toContain(join('dist', 'construct', 'kms-guard.mjs'));
  expect(files).toContain(join('dist', 'functions', 'notifier', 'index.mjs'));
  expect(files.filter((file) => /\.map$|meta\.json$|^(infra|shared|test|local|functions)/.test(file))).toEqual([]);
});
