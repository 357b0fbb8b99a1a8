import { CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgePacks } from '../constructs/acknowledge-packs.ts';
import { CallForwarding } from '../constructs/call-forwarding.ts';
import { roleDefencePattern } from '../constructs/defence-patterns.ts';
import { PlainSynthesizer } from '../plain-synthesizer.ts';

export type RolesStackProps = StackProps & {
  /** Name of the guard's stack: its roles are called after it. */
  readonly guardStack: string;
};

/**
 * Calls of IAM are delivered in one Region of a partition alone. From there this passes those about the guard's roles on to the
 * default bus of the guard's own Region: plain CloudFormation, as for a member, needed where the guard lives elsewhere.
 */
export class RolesStack extends Stack {
  constructor(scope: Construct, id: string, { guardStack, ...props }: RolesStackProps) {
    super(scope, id, { ...props, synthesizer: new PlainSynthesizer() });
    const bus = new CfnParameter(this, 'DefaultBusArn', {
      allowedPattern: '^arn:[^:]+:events:.+:event-bus/default$',
      description: 'The default event bus of the account and Region that kms-guard lives in',
    });
    const patterns = { Roles: roleDefencePattern(guardStack) };
    new CallForwarding(this, 'Forwarding', { patterns, busArn: bus.valueAsString });
    acknowledgePacks(this);
  }
}
