import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueuesOf, type SelfGuardEnv } from '../config/self-guard-env.ts';
import type { SelfGuard } from '../defence/handle-defence.ts';
import { outboxAlerter, outboxPulse } from '../delivery/outbox-alerter.ts';
import type { Log } from '../ports.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import { sqsOutbox } from './outbox.ts';
import { sqsDeadLetters } from './sqs-dead-letters.ts';
import { sqsSetAside } from './sqs-set-aside.ts';
import { systemClock } from './system-clock.ts';

/** The self-guard's ports on AWS: ledger and outbox, and no key. */
export const selfGuardPorts = (
  env: SelfGuardEnv,
  { guard, log }: { readonly guard: string; readonly log: Log },
): SelfGuard['ports'] => {
  const sqs = new SQSClient({ maxAttempts: 5 });
  const outbox = sqsOutbox(sqs, env.OUTBOX_URL);
  return {
    ledger: dynamoLedger({ client: new DynamoDBClient({ maxAttempts: 5 }), tableName: env.TABLE_NAME }),
    alerter: outboxAlerter(outbox, guard, systemClock),
    pulse: outboxPulse(outbox, guard),
    deadLetters: sqsDeadLetters(sqs, env.DEAD_LETTER_QUEUE_URL),
    setAside: sqsSetAside(sqs, deadLetterQueuesOf(env)),
    clock: systemClock,
    log,
  };
};
