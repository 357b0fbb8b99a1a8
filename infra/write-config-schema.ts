import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchemaText } from '../shared/config/config-json-schema.ts';

writeFileSync(join(import.meta.dirname, '..', 'docs', 'guard.config.schema.json'), configJsonSchemaText());
