import { policyParts } from '../../shared/policy-parts.ts';
import { policyRules } from '../../shared/rules/guards/policy.ts';
import { guardHandler } from '../guard-handler.ts';

/** Keeps strangers out: judges key policies, grants, aliases and tags that changed. */
export const handler = guardHandler({ guard: 'policy-guard', rules: policyRules, policyParts });
