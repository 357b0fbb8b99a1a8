import type { App } from 'aws-cdk-lib';
import type { GuardConfig } from '../shared/config/config.ts';
import type { Rule } from '../shared/rules/define-rule.ts';
import type { GuardStack } from './stacks/guard-stack.ts';
import { MemberStack } from './stacks/member-stack.ts';
import { OrganizationStack } from './stacks/organization-stack.ts';

/**
 * The stacks for the members of a configured organization: `KmsGuardOrganization` spreads the member template by a StackSet,
 * `KmsGuardMember` is the same template for the accounts that no StackSet reaches.
 */
export const addOrganization = (
  app: App,
  guard: GuardStack,
  { rules, config }: { readonly rules: readonly Rule[]; readonly config: GuardConfig },
): void => {
  const { organization } = config;
  if (organization === null || guard.members === null) return;
  const description = 'kms-guard: passes the KMS calls of this account on to the guard, and lets it in';
  new MemberStack(app, 'KmsGuardMember', { description, rules, config, organization });
  const { stackSet } = organization;
  if (stackSet === null) return;
  new OrganizationStack(app, 'KmsGuardOrganization', {
    description: 'kms-guard: its member template in the accounts of the organization',
    rules,
    config,
    organization: { ...organization, stackSet },
    parameters: {
      GuardAccount: guard.account,
      GuardRoleArns: guard.roleArns,
      MembersBusArn: guard.members.bus.attrArn,
      HomeRegion: guard.region,
    },
  });
};
