import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Timings, timings } from '../timings.ts';
import { nameGrant } from './named-grant.ts';

export type OutboxProps = {
  /** @default - the timings for AWS */
  readonly timings?: Timings;
};

/** With the backoff of `shared/delivery/batch.ts`, about a day. */
const maxReceiveCount = 100;

/** FIFO queue between the guards and the notifier, with the dead letters of what nobody takes. docs/adr/0007 */
export class Outbox extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: OutboxProps = {}) {
    super(scope, id);
    const common = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // Schedules give no deduplication id of their own.
      contentBasedDeduplication: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      visibilityTimeout: Duration.seconds((props.timings ?? timings).visibilityTimeout),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }

  grantPut(grantee: IGrantable): void {
    nameGrant('PutAlerts', this.queue.grants.actions(grantee, ['sqs:SendMessage']));
  }

  grantConsume(grantee: IGrantable): void {
    nameGrant(
      'ReceiveAlerts',
      this.queue.grants.actions(grantee, [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
      ]),
    );
    nameGrant('SetAsideRefused', this.deadLetters.grants.actions(grantee, ['sqs:SendMessage']));
  }
}
