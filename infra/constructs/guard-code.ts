import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { configFileName } from '../../shared/config/guard-env.ts';
import type { GuardConfig } from '../../shared/config/config.ts';

/** A bundle that `npm run build` has not made. */
export class BundleMissing extends Error {
  override readonly name = 'BundleMissing';
}

/**
 * A guard's bundle with the effective configuration beside it. Copied into the asset's own folder, so that synthesis
 * changes nothing in `dist`; the source map stays at home.
 */
export const guardCode = (props: {
  readonly guard: string;
  readonly config: GuardConfig;
  readonly bundles: string;
}): Code => {
  const folder = join(props.bundles, props.guard);
  const bundle = join(folder, 'index.mjs');
  if (!existsSync(bundle)) throw new BundleMissing(`${bundle} does not exist: run "npm run build" first`);
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling below always does the work.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle: (output: string): boolean => {
          copyFileSync(bundle, join(output, 'index.mjs'));
          writeFileSync(join(output, configFileName), `${JSON.stringify(props.config, null, 2)}\n`);
          return true;
        },
      },
    },
  });
};
