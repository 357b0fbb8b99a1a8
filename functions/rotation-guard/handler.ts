import { rotationRules } from '../../shared/rules/guards/rotation.ts';
import { guardHandler } from '../guard-handler.ts';

/** Keeps keys rotating: judges rotation that was switched off or slowed down. */
export const handler = guardHandler({ guard: 'rotation-guard', rules: rotationRules, policyParts: null });
