import { Duration } from 'aws-cdk-lib';
import { type EventPattern, type IEventBusRef, Rule, type RuleProps } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ManagementOperation } from '../../shared/calls/call.ts';
import { kmsEventSource } from '../../shared/calls/parse.ts';
import { heartbeatSource } from '../../shared/heartbeat.ts';
import { type Timings, timings } from '../timings.ts';
import { nameGrant } from './named-grant.ts';

export type CallRouteProps = {
  /** What goes to the inbox, by the ids of the rules. */
  readonly patterns: Readonly<Record<string, EventPattern>>;
  /** @default - that they are calls of KMS */
  readonly says?: string;
  /** @default - the timings for AWS */
  readonly timings?: Timings;
  /** Where member accounts send their calls, and which of them go to the inbox. @default - none */
  readonly members?: { readonly bus: IEventBusRef; readonly patterns: Readonly<Record<string, EventPattern>> };
};

/** CloudTrail's records of these calls and of KMS's own events. Read-only calls are never among them: state ENABLED. */
export const callPattern = (operations: readonly ManagementOperation[]): EventPattern => ({
  source: ['aws.kms'],
  detailType: ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
  detail: { eventSource: [kmsEventSource], eventName: [...operations] },
});

/** Default bus -> rule -> inbox, with one dead-letter queue for what cannot be delivered and what cannot be handled. */
export class CallRoute extends Construct {
  readonly inbox: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CallRouteProps) {
    super(scope, id);
    const { visibilityTimeout, maxReceiveCount } = props.timings ?? timings;
    // Keys that SQS manages itself: disabling a key of the customer cannot disarm the guard.
    const queue = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...queue, retentionPeriod: Duration.days(14) });
    this.inbox = new Queue(this, 'Inbox', {
      ...queue,
      visibilityTimeout: Duration.seconds(visibilityTimeout),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    const { patterns, members, says: description = 'KMS calls that kms-guard judges or learns from' } = props;
    for (const [name, pattern] of Object.entries(patterns)) this.#rule(name, pattern, { description });
    this.#rule('Heartbeats', { source: [heartbeatSource] }, { description: 'Heartbeats of kms-guard' });
    if (members === undefined) return;
    for (const [name, pattern] of Object.entries(members.patterns))
      this.#rule(`Member${name}`, pattern, { description, eventBus: members.bus });
  }

  #rule(id: string, eventPattern: EventPattern, some: Pick<RuleProps, 'description' | 'eventBus'>): void {
    new Rule(this, id, {
      eventPattern,
      targets: [
        new SqsQueue(this.inbox, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
      ...some,
    });
  }

  grantConsume(grantee: IGrantable): void {
    nameGrant(
      'ReceiveCalls',
      this.inbox.grants.actions(grantee, ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']),
    );
    nameGrant('SetAsideUnreadable', this.deadLetters.grants.actions(grantee, ['sqs:SendMessage']));
  }
}
