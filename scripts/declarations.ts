import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Writes the types of the published construct beside its bundle: `dist/construct/kms-guard.d.ts`, and what that imports of ours. */

const root = join(import.meta.dirname, '..');
const entry = join('infra', 'kms-guard');

/** `file`, and the declarations that it imports by a relative path. */
const closure = (folder: string, file: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(join(folder, file), 'utf8').matchAll(/from '(\.[^']+)\.ts'/g))
    closure(folder, join(dirname(file), `${path}.d.ts`), found);
  return found;
};

/** Into `dist/construct`. Throws where a declaration would stand outside of it. */
export const writeDeclarations = (dist = join(root, 'dist')): void => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-guard-types-'));
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const config = join(root, 'tsconfig.declarations.json');
    execFileSync(tsc, ['-p', config, '--outDir', folder], { cwd: root, stdio: 'inherit' });
    for (const file of closure(folder, `${entry}.d.ts`)) {
      const place = relative('infra', file);
      if (place.startsWith('..')) throw new Error(`the published types need ${file}, which is not in infra/`);
      const target = join(dist, 'construct', place);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(folder, file), target);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

if (import.meta.main) writeDeclarations();
