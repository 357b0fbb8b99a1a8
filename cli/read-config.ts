import { existsSync } from 'node:fs';
import { defaultConfig, type GuardConfig } from '../shared/config/config.ts';
import { parseConfig } from '../shared/config/load-config.ts';
import { problemLine } from '../shared/config/problem.ts';
import { rules } from '../shared/rules/index.ts';
import { type Io, UsageError } from './command.ts';

const usual = 'guard.config.json';

/** The configuration of `--config FILE`; without it `guard.config.json` of this folder, or else the defaults. */
export const readConfig = async (io: Io, file: string | undefined): Promise<GuardConfig> => {
  if (file === undefined && !existsSync(usual)) return defaultConfig;
  return parsedConfig(io, file ?? usual);
};

/** Reads and validates one file; warnings go to stderr. Throws UsageError, one line a problem. */
export const parsedConfig = async (io: Io, file: string): Promise<GuardConfig> => {
  const text = file === '-' ? await io.readStdin() : await readText(io, file);
  const context = { ruleIds: rules.map(({ id }) => id), today: new Date().toISOString() };
  const parsed = parseConfig(text, file, context);
  if (!parsed.ok) throw new UsageError(parsed.problems.map(problemLine).join('\nkms-guard: '));
  for (const warning of parsed.warnings) io.stderr(`kms-guard: warning: ${problemLine(warning)}\n`);
  return parsed.config;
};

const readText = async (io: Io, file: string): Promise<string> => {
  try {
    return await io.readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: cannot be read (${why}); "kms-guard config init ${usual}" makes one`, {
      cause: error,
    });
  }
};
