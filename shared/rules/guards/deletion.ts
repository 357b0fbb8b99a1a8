import type { Rule } from '../define-rule.ts';
import { deletionAttempted } from '../deletion-attempted.ts';
import { deletionScheduled } from '../deletion-scheduled.ts';
import { deletionWindowShort } from '../deletion-window-short.ts';
import { keyDisabled } from '../key-disabled.ts';

/** The rules of deletion-guard, in the order in which they are listed and their remedies considered. */
export const deletionRules: readonly Rule[] = [deletionScheduled, deletionWindowShort, deletionAttempted, keyDisabled];
