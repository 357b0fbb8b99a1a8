import type { Rule } from './define-rule.ts';
import { deletionRules } from './guards/deletion.ts';
import { policyRules } from './guards/policy.ts';
import { rotationRules } from './guards/rotation.ts';
import { sweepRules } from './guards/sweep.ts';

/** Every rule of the house, in the order in which they are listed. A Lambda carries those of its own guard only. */
export const rules: readonly Rule[] = [...deletionRules, ...rotationRules, ...policyRules, ...sweepRules];

const byId: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

/** The rule of that id; undefined for one that no longer exists. */
export const ruleById = (id: string): Rule | undefined => byId.get(id);
