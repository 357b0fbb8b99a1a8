import { randomBytes } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
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
import { systemClock } from './system-clock.ts';

export type LedgerPlace = {
  /** The table's name; else the stack's output `TableName`. */
  readonly table?: string;
  readonly stack: string;
  readonly region?: string;
  readonly endpoint?: string;
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

/** There is no ledger where it was looked for, or it may not be looked for. The message is one line. */
export class NoLedger extends Error {
  override readonly name = 'NoLedger';
}

/** The ledger with the credentials at hand. @throws NoLedger */
export const ledgerBooks = async ({ table, stack, region, endpoint }: LedgerPlace): Promise<LedgerBooks> => {
  const client = { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
  const stackClient = new CloudFormationClient(client);
  const tableName = table ?? (await tableOf(stackClient, stack));
  const ledger = { client: new DynamoDBClient({ ...client, maxAttempts: 5 }), tableName };
  return {
    approvals: dynamoApprovalBook(ledger),
    waivers: dynamoWaivers(ledger),
    progress: async () => {
      const url = await outputOf(stackClient, stack, 'OutboxUrl');
      return url === null ? null : progressThrough(sqsOutbox(new SQSClient({ ...client, maxAttempts: 3 }), url));
    },
    caller: async () => {
      const { Arn: arn } = await asked(`who you are`, () =>
        new STSClient(client).send(new GetCallerIdentityCommand({})),
      );
      if (arn === undefined) throw new NoLedger('STS does not tell who you are');
      return arn;
    },
    newId: () => randomBytes(4).toString('hex'),
    clock: systemClock,
  };
};

const tableOf = async (client: CloudFormationClient, stack: string): Promise<string> => {
  const output = await outputOf(client, stack, 'TableName');
  if (output === null) throw new NoLedger(`the stack ${stack} has no output TableName: name the table with --table`);
  return output;
};

const outputOf = async (client: CloudFormationClient, stack: string, name: string): Promise<string | null> => {
  const { Stacks: stacks } = await asked(`the stack ${stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: stack })),
  );
  return stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? null;
};

const asked = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new NoLedger(`${what} could not be asked for (${why}); check credentials, Region and --endpoint-url`, {
      cause: error,
    });
  }
};
