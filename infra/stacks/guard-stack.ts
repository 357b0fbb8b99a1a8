import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Guard, type GuardProps } from '../constructs/guard.ts';

export type GuardStackProps = StackProps & GuardProps;

/** A stack that is a guard and nothing else. */
export class GuardStack extends Stack {
  constructor(scope: Construct, id: string, props: GuardStackProps) {
    super(scope, id, props);
    // CDK leaves `Default` out of logical ids: they are those of a guard without a construct around it.
    new Guard(this, 'Default', props);
  }
}
