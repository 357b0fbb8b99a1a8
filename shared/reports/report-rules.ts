import type { GuardConfig } from '../config/config.ts';
import { isEnabled, type Rule } from '../rules/define-rule.ts';
import type { ReportRule } from './report-input.ts';

/** The rules as the configuration has them. */
export const reportRules = (rules: readonly Rule[], config: GuardConfig): readonly ReportRule[] =>
  rules.map((rule) => {
    const { id, title, sweep, remedy, controls, remediation, needs, messages } = rule;
    const severity = config.rules[id]?.severity ?? rule.severity;
    // A rule without anything to ask for finds nothing: that proves as little as one that is switched off.
    const enabled = isEnabled(rule, config) && (rule.asks?.(config) ?? true);
    return { id, title, severity, sweep, remedy, controls, remediation, needs, messages, enabled };
  });
