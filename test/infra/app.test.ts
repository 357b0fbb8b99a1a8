import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';

// A Node process of its own for each run, on whatever machine.
vi.setConfig({ testTimeout: 60_000 });

const scratch = mkdtempSync(join(tmpdir(), 'kms-guard-app-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bundles = join(scratch, 'bundles');
const functions = join(import.meta.dirname, '..', '..', 'functions');
for (const guard of readdirSync(functions).filter((name) => existsSync(join(functions, name, 'handler.ts')))) {
  mkdirSync(join(bundles, guard), { recursive: true });
  writeFileSync(join(bundles, guard, 'index.mjs'), 'export const handler = async () => {};\n');
}

type Ended = { readonly status: number | string | null; readonly stderr: string; readonly out: string };

/** Runs the app as the CDK CLI does. */
const run = (context: Readonly<Record<string, string>>): Promise<Ended> => {
  const out = mkdtempSync(join(scratch, 'out-'));
  const env = { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ bundles, ...context }) };
  const app = join(import.meta.dirname, '..', '..', 'infra', 'app.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [app], { env }, (error, _, stderr) =>
      resolve({ status: error?.code ?? 0, stderr, out }),
    );
  });
};

const configFile = (name: string, text: string): string => {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
};

const openWaiver = {
  rule: 'deletion-scheduled',
  keys: ['tag:stage=sandbox'],
  owner: 'sandbox',
  reason: 'keys of sandboxes',
  expires: '2199-12-31',
};

test('synthesizes with a configuration of its own, and warns of what is surely not meant', async () => {
  const text = JSON.stringify({ modes: { remedies: { cancelKeyDeletion: 'enforce' } }, waivers: [openWaiver] });
  const { status, stderr, out } = await run({ config: configFile('half.json', text), fast: 'true' });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^warning: .*half\.json: .*leaves every key that the guard saves disabled/m);
  expect(stderr).toMatch(/^warning: .*half\.json: .*"tag:stage=sandbox" waives the deletion of any key/m);
  const template = readFileSync(join(out, 'KmsGuard.template.json'), 'utf8');
  expect(template).toMatch(/"VisibilityTimeout": 16\b/);
  expect(template).toContain('kms:CancelKeyDeletion');
});

test.each([
  ['a missing file', () => join(scratch, 'none.json'), /none\.json: cannot be read .*-c config=FILE/],
  ['bad JSON', () => configFile('bad.json', '{\n"modes": }'), /bad\.json: line 2, column 10: /],
  [
    'an unknown rule',
    () => configFile('rule.json', '{"rules":{"rotation-disable":{}}}'),
    /rule\.json: .*did you mean "rotation-disabled"\?/,
  ],
])('%s: one line, no stack trace, exit status 1', async (_, file, line) => {
  const { status, stderr, out } = await run({ config: file() });
  expect(status).toBe(1);
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(readdirSync(out)).toEqual([]);
});

test.each([
  ['cdk deploy needs no name', {}, ['KmsGuard']],
  [
    'cdk synth -c plain=true writes the others, too',
    { plain: 'true' },
    ['KmsGuard', 'KmsGuardMember', 'KmsGuardRoles'],
  ],
])('with an organization, %s', async (_, context, stacks) => {
  const organization = { id: 'o-a1b2c3d4e5', externalId: 'choose-16-or-more-characters' };
  const { status, out } = await run({
    config: configFile('organization.json', JSON.stringify({ organization })),
    ...context,
  });
  expect(status).toBe(0);
  const templates = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  expect(templates.toSorted()).toEqual(stacks.map((name) => `${name}.template.json`));
});

test('a bundle that was not built: one line', async () => {
  const { status, stderr } = await run({ config: configFile('good.json', '{}'), bundles: join(scratch, 'none') });
  expect(status).toBe(1);
  expect(stderr.trimEnd()).toMatch(/^[^\n]*deletion-guard[^\n]*run "npm run build" first$/);
});
