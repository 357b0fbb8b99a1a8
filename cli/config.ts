import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configJsonSchemaText } from '../shared/config/config-json-schema.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { parsedConfig } from './read-config.ts';

const help = `
kms-guard config check FILE    validates FILE ("-" for stdin) and prints the values in effect
kms-guard config init [FILE]   writes a first configuration (guard.config.json); everything observes
kms-guard config schema        prints the JSON Schema, for editors

Example: kms-guard config check guard.config.json
`;

const schemaFile = './docs/guard.config.schema.json';

/** What a first configuration says; every other value is a default that `config check` prints. */
const first = {
  modes: { remedies: { cancelKeyDeletion: 'observe', restoreKeyState: 'observe', enableKeyRotation: 'observe' } },
  deletion: { minimumWindowInDays: 30, unusedForDays: 90, protectedTags: { 'kms-guard:protected': '*' } },
  rotation: { maximumPeriodInDays: 365 },
  waivers: [],
};

export const configCommand: Command = {
  name: 'config',
  summary: 'writes, validates and describes the configuration',
  help,
  run: async (args, io) => {
    const { positionals } = readArgs('config', args, { json: { type: 'boolean', default: false } });
    const [action, file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('config: takes one FILE; see "kms-guard config --help"');
    switch (action) {
      case 'check':
        return check(io, file);
      case 'init':
        return init(io, file ?? 'guard.config.json');
      case 'schema':
        io.stdout(configJsonSchemaText());
        return 0;
      default:
        throw new UsageError(`config: say check, init or schema, not "${action ?? ''}"; see "kms-guard config --help"`);
    }
  },
};

const check = async (io: Io, file: string | undefined): Promise<ExitStatus> => {
  if (file === undefined) throw new UsageError('config check: name the FILE; see "kms-guard config --help"');
  io.stdout(`${JSON.stringify(await parsedConfig(io, file), null, 2)}\n`);
  return 0;
};

const init = async (io: Io, file: string): Promise<ExitStatus> => {
  if (file === '-') throw new UsageError('config init: name the FILE to write; it does not write to stdout');
  // Only in a checkout is there a schema to point an editor at.
  const content = existsSync(join(dirname(file), schemaFile)) ? { $schema: schemaFile, ...first } : first;
  try {
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`config init: ${file} was not written (${why}); an existing file is left as it is`, {
      cause: error,
    });
  }
  io.stdout(`${file} is written: everything observes. "kms-guard config check ${file}" prints the values in effect.\n`);
  return 0;
};
