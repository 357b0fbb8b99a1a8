import type { App } from 'aws-cdk-lib';
import type { GuardConfig } from '../shared/config/config.ts';
import type { Rule } from '../shared/rules/define-rule.ts';
import { MemberStack } from './stacks/member-stack.ts';

/**
 * `KmsGuardMember`, for the accounts of a configured organization that no StackSet reaches: the same template that the guard's own
 * stack spreads.
 */
export const addOrganization = (
  app: App,
  { rules, config }: { readonly rules: readonly Rule[]; readonly config: GuardConfig },
): void => {
  const { organization } = config;
  if (organization === null) return;
  const description = 'kms-guard: passes the KMS calls of this account on to the guard, and lets it in';
  new MemberStack(app, 'KmsGuardMember', { description, rules, config, organization });
};
