import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchemaText } from '../shared/config/config-json-schema.ts';

/** Writes `docs/guard.config.schema.json`, formatted as the house formats JSON. */
const root = join(import.meta.dirname, '..');
const file = join(root, 'docs', 'guard.config.schema.json');
writeFileSync(file, configJsonSchemaText());
execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', file], { cwd: root, stdio: 'inherit' });
