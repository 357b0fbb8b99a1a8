import { readFileSync } from 'node:fs';
import type { GuardConfig } from '../shared/config/config.ts';
import { parseConfig } from '../shared/config/load-config.ts';
import { problemLine } from '../shared/config/problem.ts';

/** What stops a synthesis that the user can mend: shown as it is, without a stack trace. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** The configuration in a file. `warn` gets one line a warning. */
export const readConfig = (
  file: string,
  { ruleIds, today, warn }: { ruleIds: readonly string[]; today: string; warn: (line: string) => void },
): GuardConfig => {
  const parsed = parseConfig(readText(file), file, { ruleIds, today });
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
