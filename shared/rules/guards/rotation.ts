import type { Rule } from '../define-rule.ts';
import { rotationDisabled } from '../rotation-disabled.ts';
import { rotationPeriodLong } from '../rotation-period-long.ts';

/** The rules of rotation-guard, in the order in which they are listed and their remedies considered. */
export const rotationRules: readonly Rule[] = [rotationDisabled, rotationPeriodLong];
