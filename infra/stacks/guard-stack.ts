import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Guard, type GuardProps } from '../constructs/guard.ts';
import type { OrganizationBus } from '../constructs/organization-bus.ts';

export type GuardStackProps = StackProps & GuardProps;

/** A stack that is a guard and nothing else. */
export class GuardStack extends Stack {
  /** The roles that may come into member accounts, separated by commas. */
  readonly roleArns: string;
  /** Null without an organization. */
  readonly members: OrganizationBus | null;

  constructor(scope: Construct, id: string, props: GuardStackProps) {
    super(scope, id, props);
    // CDK leaves `Default` out of logical ids: they are those of a guard without a construct around it.
    const guard = new Guard(this, 'Default', props);
    this.roleArns = guard.roleArns;
    this.members = guard.members;
  }
}
