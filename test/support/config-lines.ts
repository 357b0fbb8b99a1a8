import { parseConfig } from '../../shared/config/load-config.ts';
import { problemLine } from '../../shared/config/problem.ts';

export const context = {
  ruleIds: ['deletion-scheduled', 'key-disabled', 'rotation-disabled'],
  today: '2026-11-22T10:00:00Z',
};

/** The problems of a configuration as the lines that a person reads. */
export const linesOf = (config: unknown): readonly string[] => {
  const parsed = parseConfig(
    typeof config === 'string' ? config : JSON.stringify(config),
    'guard.config.json',
    context,
  );
  return parsed.ok
    ? parsed.warnings.map((warning) => `warning: ${problemLine(warning)}`)
    : parsed.problems.map(problemLine);
};

export const waiver = {
  rule: 'deletion-scheduled',
  keys: ['arn:aws:kms:eu-west-1:111122223333:key/*'],
  owner: 'platform',
  reason: 'test keys come and go',
  expires: '2027-03-31',
};
