import type { Rule } from './define-rule.ts';
import { deletionAttempted } from './deletion-attempted.ts';
import { deletionScheduled } from './deletion-scheduled.ts';
import { deletionWindowShort } from './deletion-window-short.ts';
import { keyDisabled } from './key-disabled.ts';
import { rotationDisabled } from './rotation-disabled.ts';
import { rotationPeriodLong } from './rotation-period-long.ts';

/** Every rule of the house, in the order in which they are listed and their remedies considered. */
export const rules: readonly Rule[] = [
  deletionScheduled,
  deletionWindowShort,
  deletionAttempted,
  keyDisabled,
  rotationDisabled,
  rotationPeriodLong,
];

const byId: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

/** The rule of that id; undefined for one that no longer exists. */
export const ruleById = (id: string): Rule | undefined => byId.get(id);
