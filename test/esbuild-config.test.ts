import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kms-guard-build-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

type Ended = { readonly status: number | string; readonly stdout: string; readonly stderr: string };

const node = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }));
  });

const build = (...names: readonly string[]): Promise<Ended> =>
  node(join(import.meta.dirname, '..', 'esbuild.config.mjs'), '--root', root, ...names);

const handler =
  "import { join } from 'node:path';\nexport const handler = async (): Promise<string> => join('a', 'b');\n";

test('each function becomes one ESM bundle with its source map and metafile; a size table is printed', async () => {
  write('functions/one-guard/handler.ts', handler);
  write('functions/two-guard/handler.ts', handler);
  write('functions/shared.ts', 'export const not = "a function";\n');
  write('cli/main.ts', 'console.log(`hello ${process.argv.length}`);\n');
  const { status, stdout } = await build();
  expect(status).toBe(0);
  expect(readdirSync(join(root, 'dist', 'functions'))).toEqual(['one-guard', 'two-guard']);
  expect(readdirSync(join(root, 'dist', 'functions', 'one-guard')).sort()).toEqual([
    'index.mjs',
    'index.mjs.map',
    'meta.json',
  ]);
  expect(readFileSync(join(root, 'dist', 'functions', 'one-guard', 'index.mjs'), 'utf8')).not.toContain(
    'sourceMappingURL',
  );
  expect(stdout).toMatch(/functions\/one-guard\/handler\.ts +\d+\.\d kB/);
  expect(await node(join(root, 'dist', 'cli', 'kms-guard.mjs'))).toMatchObject({ status: 0, stdout: 'hello 2\n' });
  expect(readFileSync(join(root, 'dist', 'cli', 'kms-guard.mjs'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('a bundle runs as Lambda runs it: ESM without detection and without require', async () => {
  write('functions/one-guard/handler.ts', handler);
  await build();
  const bundle = join(root, 'dist', 'functions', 'one-guard', 'index.mjs');
  const script = `const { handler } = await import(${JSON.stringify(bundle)}); console.log(await handler());`;
  const flags = ['--no-experimental-require-module', '--no-experimental-detect-module', '--input-type=module'];
  expect(await node(...flags, '-e', script)).toMatchObject({ status: 0, stdout: 'a/b\n' });
});

test('only a bundle that calls require gets one, after the shebang', async () => {
  write('functions/old/handler.ts', "import { sep } from './old.cjs';\nexport const handler = async () => sep;\n");
  write('functions/old/old.cjs', "exports.sep = require('node:path').sep;\n");
  write('functions/new/handler.ts', handler);
  const { status, stdout } = await build();
  expect(status).toBe(0);
  expect(stdout).toMatch(/old\/handler\.ts.*needs require/);
  const bundle = join(root, 'dist', 'functions', 'old', 'index.mjs');
  const script = `const { handler } = await import(${JSON.stringify(bundle)}); console.log(await handler());`;
  expect(await node('--input-type=module', '-e', script)).toMatchObject({ status: 0, stdout: '/\n' });
  expect(readFileSync(join(root, 'dist', 'functions', 'new', 'index.mjs'), 'utf8')).not.toContain('createRequire');
});

test('a full build leaves nothing behind of what is gone; a single one touches only its own', async () => {
  write('functions/one-guard/handler.ts', handler);
  write('functions/two-guard/handler.ts', handler);
  await build();
  rmSync(join(root, 'functions', 'two-guard'), { recursive: true });
  await build('one-guard');
  expect(existsSync(join(root, 'dist', 'functions', 'two-guard'))).toBe(true);
  await build();
  expect(existsSync(join(root, 'dist', 'functions', 'two-guard'))).toBe(false);
});

test.each([
  [
    'a warning',
    'export const handler = async (x: number) => { if (x === -0) return 1; return typeof x === "nubmer"; };\n',
    /warning/,
  ],
  ['an import that does not exist', "import './nowhere.ts';\nexport const handler = async () => 1;\n", /nowhere/],
])('%s fails the build', async (_, source, said) => {
  write('functions/bad/handler.ts', source);
  const { status, stderr } = await build();
  expect(status).toBe(1);
  expect(stderr).toMatch(/build failed/);
  expect(stderr).toMatch(said);
});

test('nothing to build, and a name that is none, are failures', async () => {
  expect(await build()).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing to build') });
  write('functions/one-guard/handler.ts', handler);
  expect(await build('three')).toMatchObject({ status: 1, stderr: expect.stringContaining('choose from one-guard') });
});
