import type { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { GuardRole } from './guard-role.ts';

/** Whoever clicks *Keep the key* saves it as a guard would: with the same writes, and only those in `enforce`. */
export const slackAnswersRole = (
  scope: Construct,
  rules: readonly Rule[],
  config: GuardConfig,
): GuardRole['role'] | null => {
  if (config.slack === null) return null;
  const saving = rules.filter(({ remedy }) => remedy === 'cancelKeyDeletion').map((rule) => ({ ...rule, needs: [] }));
  return new GuardRole(scope, 'SlackAnswersGuardRole', { guard: 'slack-answers', rules: saving, config }).role;
};
