import { deletionRules } from '../../shared/rules/guards/deletion.ts';
import { guardHandler } from '../guard-handler.ts';

/** Saves keys: judges scheduled deletions and disabled keys. */
export const handler = guardHandler({ guard: 'deletion-guard', rules: deletionRules, policyParts: null });
