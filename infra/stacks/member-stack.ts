import { Aws, CfnCondition, CfnParameter, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import { isEnabled, type Rule } from '../../shared/rules/define-rule.ts';
import { forwardedOperations } from '../../shared/rules/routes.ts';
import { acknowledgePacks } from '../constructs/acknowledge-packs.ts';
import { CallForwarding } from '../constructs/call-forwarding.ts';
import { callPattern } from '../constructs/call-route.ts';
import { memberDefencePatterns } from '../constructs/defence-patterns.ts';
import { ResponderRole } from '../constructs/responder-role.ts';
import { PlainSynthesizer } from '../plain-synthesizer.ts';

export type MemberStackProps = StackProps & {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly organization: OrganizationConfig;
};

/** Its parameters, for whoever deploys it. */
export const memberParameters = [
  'GuardAccount',
  'GuardRoleArns',
  'ReaderRoleArns',
  'MembersBusArn',
  'HomeRegion',
] as const;

/**
 * What a member account needs, in each of its Regions: plain CloudFormation without assets, bootstrap or transforms, so that
 * service-managed StackSets take it, and the management account, which they never reach, can have it as a stack.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { rules: all, config, organization, ...props }: MemberStackProps) {
    super(scope, id, { ...props, synthesizer: new PlainSynthesizer() });
    const rules = all.filter((rule) => isEnabled(rule, config));
    const text = (name: (typeof memberParameters)[number], allowedPattern: string, description: string): CfnParameter =>
      new CfnParameter(this, name, { allowedPattern, description });
    const guardAccount = text('GuardAccount', String.raw`^\d{12}$`, 'The account that kms-guard lives in');
    const bus = text('MembersBusArn', '^arn:[^:]+:events:.+:event-bus/.+$', 'Output MembersBusArn of the guard');
    const home = text('HomeRegion', '^[a-z]{2,4}(-[a-z]+)+-[0-9]$', 'The one Region in which the role is made');
    const roles = (name: (typeof memberParameters)[number], what: string): string[] =>
      new CfnParameter(this, name, {
        type: 'CommaDelimitedList',
        description: `Output ${name} of the guard: the roles that may come in to ${what}`,
      }).valueAsList;
    const patterns = { Calls: callPattern(forwardedOperations(rules)), ...memberDefencePatterns };
    new CallForwarding(this, 'Forwarding', { patterns, busArn: bus.valueAsString });
    new ResponderRole(this, 'Responder', {
      rules,
      config,
      organization,
      guardAccount: guardAccount.valueAsString,
      guardRoleArns: roles('GuardRoleArns', 'remedy'),
      readerRoleArns: roles('ReaderRoleArns', 'read'),
      organizationId: organization.id,
      externalId: organization.externalId,
      home: new CfnCondition(this, 'IsHomeRegion', { expression: Fn.conditionEquals(Aws.REGION, home.valueAsString) }),
    });
    acknowledgePacks(this);
  }
}
