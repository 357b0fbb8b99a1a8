import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/**
 * `npm run build`: each `functions/NAME/handler.ts` to one ESM bundle `dist/functions/NAME/index.mjs`, with its source map
 * and its metafile `meta.json` beside it; the command line to `dist/cli/kms-guard.mjs`. A warning fails the build.
 * `npm run build -- NAME...` builds only these (`cli` for the command line); `--dist FOLDER` builds elsewhere.
 */
const { values, positionals: only } = parseArgs({
  options: { root: { type: 'string', default: import.meta.dirname }, dist: { type: 'string' } },
  allowPositionals: true,
});
const root = values.root;
const dist = values.dist ?? join(root, 'dist');

/** Smallest ESM output: the packages' ESM builds, legal comments left to the license files. */
const shared = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  legalComments: 'none',
  charset: 'utf8',
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  absWorkingDir: root,
};

const functionNames = async () => {
  const folder = join(root, 'functions');
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'handler.ts')))
    .map((entry) => entry.name)
    .sort();
};

const targets = async () => {
  const functions = (await functionNames()).map((name) => ({
    name,
    entry: join('functions', name, 'handler.ts'),
    out: join(dist, 'functions', name, 'index.mjs'),
    banner: '',
  }));
  const cli = {
    name: 'cli',
    entry: join('cli', 'main.ts'),
    out: join(dist, 'cli', 'kms-guard.mjs'),
    banner: '#!/usr/bin/env node',
    // The Lambdas run on Node 24; the command line on whatever `engines` in package.json allows.
    target: 'node22.12',
  };
  const construct = {
    name: 'construct',
    entry: join('infra', 'kms-guard.ts'),
    out: join(dist, 'construct', 'kms-guard.mjs'),
    banner: '',
    target: cli.target,
    // Of the app that uses it: constructs of two copies of the CDK do not fit together.
    external: ['aws-cdk-lib', 'constructs'],
  };
  const all = [...functions, ...[cli, construct].filter(({ entry }) => existsSync(join(root, entry)))];
  const unknown = only.filter((name) => !all.some((target) => target.name === name));
  if (unknown.length > 0)
    throw new Error(`nothing is called ${unknown.join(', ')}: choose from ${all.map(({ name }) => name).join(', ')}`);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
};

/** A package that is still CommonJS calls `require` for Node's own modules: only then does the bundle get one. */
const requireBanner =
  "import{createRequire as kmsGuardCreateRequire}from'node:module';const require=kmsGuardCreateRequire(import.meta.url);";

const needsRequire = (metafile) =>
  Object.values(metafile.outputs).some((output) => output.imports.some((used) => used.kind === 'require-call'));

const bundle = async ({ entry, out, banner, target = shared.target, external = [] }) => {
  const attempt = (js) =>
    build({ ...shared, target, external, entryPoints: [entry], outfile: out, banner: js === '' ? {} : { js } });
  const first = await attempt(banner);
  const result = needsRequire(first.metafile)
    ? await attempt([banner, requireBanner].filter((part) => part !== '').join('\n'))
    : first;
  if (result.warnings.length > 0) throw new Error(`${entry}: ${result.warnings.length} warning(s), see above`);
  await writeFile(join(dirname(out), 'meta.json'), JSON.stringify(result.metafile));
  const size = Object.values(result.metafile.outputs).find((output) => output.entryPoint !== undefined)?.bytes ?? 0;
  return { entry, kilobytes: (size / 1000).toFixed(1), require: result === first ? 'no' : 'yes' };
};

try {
  const wanted = await targets();
  // A folder that somebody else named is never emptied as a whole.
  const stale = only.length === 0 && values.dist === undefined ? [dist] : wanted.map(({ out }) => dirname(out));
  for (const folder of stale) await rm(folder, { recursive: true, force: true });
  if (wanted.length === 0) throw new Error('nothing to build: no functions/*/handler.ts and no cli/main.ts');
  const built = [];
  for (const target of wanted) built.push(await bundle(target));
  const width = Math.max(...built.map(({ entry }) => entry.length));
  for (const { entry, kilobytes, require } of built) {
    console.log(
      `${entry.padEnd(width)}  ${kilobytes.padStart(8)} kB minified${require === 'yes' ? '  (needs require)' : ''}`,
    );
  }
} catch (error) {
  console.error(`build failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
