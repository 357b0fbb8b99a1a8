import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, test } from 'vitest';
import { BundleMissing } from '../../infra/constructs/guard-code.ts';
import { GuardStack } from '../../infra/stacks/guard-stack.ts';
import { rules } from '../../shared/rules/index.ts';
import { configOf, enforced, guardTemplates } from '../support/guard-template.ts';

const { bundles, synthesize, dispose } = guardTemplates();
afterAll(dispose);

describe('the package of a Lambda', () => {
  const assetsOf = (outdir: string) =>
    readdirSync(outdir)
      .filter((name) => name.startsWith('asset.') && statSync(join(outdir, name)).isDirectory())
      .map((name) => join(outdir, name));

  test('holds the bundle and the effective configuration, and no source map', () => {
    const assets = assetsOf(synthesize({ config: enforced, sweep: true }).outdir);
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) {
      expect(readdirSync(asset).sort()).toEqual(['guard.config.json', 'index.mjs']);
      const written: unknown = JSON.parse(readFileSync(join(asset, 'guard.config.json'), 'utf8'));
      expect(written).toEqual(configOf(enforced));
    }
  });

  test('changes nothing in the folder of the bundles', () => {
    expect(readdirSync(join(bundles, 'deletion-guard')).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  });

  test('another configuration is another package', () => {
    const names = (outdir: string) => assetsOf(outdir).map((path) => path.split('asset.').at(-1));
    expect(names(synthesize({ config: enforced }).outdir)).not.toEqual(names(synthesize().outdir));
  });

  test('a bundle that was not built is named', () => {
    const stack = () =>
      new GuardStack(new App(), 'X', { rules, config: configOf({}), bundles: join(bundles, 'nowhere') });
    expect(stack).toThrow(BundleMissing);
    expect(stack).toThrow(/deletion-guard.*npm run build/);
  });
});
