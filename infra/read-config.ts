import { readFileSync } from 'node:fs';
import type { GuardConfig } from '../shared/config/config.ts';
import { parseConfig } from '../shared/config/load-config.ts';
import { problemLine } from '../shared/config/problem.ts';

/** What stops a synthesis that the user can mend: shown as it is, without a stack trace. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

type Reading = {
  readonly ruleIds: readonly string[];
  /** ISO 8601 date. */
  readonly today: string;
  /** Gets one line a warning. */
  readonly warn: (line: string) => void;
};

/** The configuration in a file. @throws Unusable */
export const readConfig = (file: string, reading: Reading): GuardConfig => configIn(readText(file), file, reading);

/** The configuration in a value that a program made. @throws Unusable */
export const readConfigValue = (value: Readonly<Record<string, unknown>>, reading: Reading): GuardConfig =>
  configIn(JSON.stringify(value), 'config', reading);

const configIn = (text: string, source: string, { ruleIds, today, warn }: Reading): GuardConfig => {
  const parsed = parseConfig(text, source, { ruleIds, today });
  if (!parsed.ok) throw new Unusable(parsed.problems.map(problemLine).join('\n'));
  for (const warning of parsed.warnings) warn(`warning: ${problemLine(warning)}`);
  return parsed.config;
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'give the configuration with "-c config=FILE", or make guard.config.json';
    throw new Unusable(`${file}: cannot be read (${why}); ${remedy}`, { cause: error });
  }
};
