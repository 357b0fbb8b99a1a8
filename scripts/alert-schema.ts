import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertJsonSchemaText } from '../shared/alerts/alert-schema.ts';
import { eventJsonSchemaText } from '../shared/alerts/event-schema.ts';

/** Writes the published schemas in `docs`, formatted as the house formats JSON; tests compare them with the code. */
const root = join(import.meta.dirname, '..');
const files = { 'alert.schema.json': alertJsonSchemaText(), 'event.schema.json': eventJsonSchemaText() };
for (const [name, text] of Object.entries(files)) {
  const file = join(root, 'docs', name);
  writeFileSync(file, text);
  execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', file], {
    cwd: root,
    stdio: 'inherit',
  });
}
