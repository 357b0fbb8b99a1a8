import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ApprovalBook } from '../approval-book.ts';
import { type Progress, progressThrough } from '../delivery/progress.ts';
import type { Clock } from '../ports.ts';
import type { WaiverBook } from '../waiver-book.ts';
import { dynamoApprovalBook } from './dynamo-approval-book.ts';
import { dynamoWaivers } from './dynamo-waivers.ts';
import { sqsOutbox } from './outbox.ts';
import { asked, clientOf, NotReached, type StackPlace, stackOutputs } from './stack-outputs.ts';
import { systemClock } from './system-clock.ts';

export type LedgerPlace = StackPlace & {
  /** The table's name; else the stack's output `TableName`. */
  readonly table?: string;
};

/** What the command line does with the ledger. */
export type LedgerBooks = {
  readonly approvals: ApprovalBook;
  readonly waivers: WaiverBook;
  /** Where the alerts' messages hear of it; null where the stack, asked only for this, has no outbox. */
  readonly progress: () => Promise<Progress | null>;
  /** ARN of whoever's credentials these are, as STS tells it. */
  readonly caller: () => Promise<string>;
  /** Eight hexadecimal characters, never the same twice. */
  readonly newId: () => string;
  readonly clock: Clock;
};

/** The ledger with the credentials at hand. @throws NotReached */
export const ledgerBooks = async ({ table, ...place }: LedgerPlace): Promise<LedgerBooks> => {
  const client = clientOf(place);
  const tableName = table ?? (await tableOf(place));
  const ledger = { client: new DynamoDBClient({ ...client, maxAttempts: 5 }), tableName };
  return {
    approvals: dynamoApprovalBook(ledger),
    waivers: dynamoWaivers(ledger),
    progress: async () => {
      const url = (await stackOutputs(place)).get('OutboxUrl');
      return url === undefined ? null : progressThrough(sqsOutbox(new SQSClient({ ...client, maxAttempts: 3 }), url));
    },
    caller: async () => {
      const { Arn: arn } = await asked(`who you are`, () =>
        new STSClient(client).send(new GetCallerIdentityCommand({})),
      );
      if (arn === undefined) throw new NotReached('STS does not tell who you are');
      return arn;
    },
    newId: () => randomBytes(4).toString('hex'),
    clock: systemClock,
  };
};

const tableOf = async (place: StackPlace): Promise<string> => {
  const output = (await stackOutputs(place)).get('TableName');
  if (output === undefined) {
    throw new NotReached(`the stack ${place.stack} has no output TableName: name the table with --table`);
  }
  return output;
};
