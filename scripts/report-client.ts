import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** `npm run docs`: bundles the script of the HTML report into one text, so that a report can be made without a build. */
const folder = join(import.meta.dirname, '..', 'shared', 'reports', 'html');
export const clientModule = join(folder, 'client-script.ts');

/** The module's whole text. The same sources make the same bytes. */
export const bundleClient = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'client', 'main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const script = (outputFiles[0]?.text ?? '').trim();
  if (script.includes('</script') || script.includes('<!--')) throw new Error('the script would end its own element');
  const why = '/** Made from `client/` by scripts/report-client.ts; do not edit. */';
  return `${why}\nexport const clientScript =\n  ${JSON.stringify(script)};\n`;
};

if (import.meta.main) await writeFile(clientModule, await bundleClient());
