import { Duration, Validations } from 'aws-cdk-lib';
import { EventBus, type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from './allow.ts';

export type CallForwardingProps = {
  /** What is passed on, by the ids of the rules; `Calls` are those on keys. */
  readonly patterns: Readonly<Record<string, EventPattern>>;
  /** The guard's bus, in its own account and Region. */
  readonly busArn: string;
};

/** Default bus of another account or Region -> a bus of the guard, with a dead-letter queue for what does not get there. */
export class CallForwarding extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { patterns, busArn }: CallForwardingProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue, of a rule.',
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'kms-guard: passes calls on to the guard',
    });
    allow(role, { sid: 'PassCallsOn', actions: ['events:PutEvents'], resources: [[busArn]] });
    const bus: IEventBus = EventBus.fromEventBusArn(this, 'Bus', busArn);
    // The target's own statement would not say what it is for.
    const toBus = { role: role.withoutPolicyUpdates(), deadLetterQueue: this.deadLetters };
    for (const [name, eventPattern] of Object.entries(patterns)) {
      const description =
        name === 'Calls' ? 'KMS calls that kms-guard judges or learns from' : 'Calls that may disarm kms-guard';
      new Rule(this, name, { description, eventPattern, targets: [new EventBusTarget(bus, toBus)] });
    }
  }
}
