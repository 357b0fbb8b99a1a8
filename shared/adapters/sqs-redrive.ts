import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter, RedriveQueues } from '../redrive.ts';

export type RedrivePlace = { readonly stack: string; readonly region?: string; readonly endpoint?: string };

/** A queue of the stack, by the name that its outputs share: `DeletionGuard`, `Outbox`. */
export type NamedQueues = { readonly name: string; readonly queues: RedriveQueues };

/** The stack or a queue cannot be reached; the message is one line. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

const deadLettersOutput = /^(.+)DeadLettersUrl$/;

/** Every queue of a deployed guard that has dead letters, by the stack's outputs. @throws NotReached */
export const deadLetterQueues = async ({ stack, ...client }: RedrivePlace): Promise<readonly NamedQueues[]> => {
  const { Stacks: stacks } = await reached(`the stack ${stack}`, () =>
    new CloudFormationClient(client).send(new DescribeStacksCommand({ StackName: stack })),
  );
  const outputs = new Map(
    stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const),
  );
  const sqs = new SQSClient(client);
  return [...outputs].flatMap(([output, deadLetters]) => {
    const name = deadLettersOutput.exec(output)?.[1];
    const source = outputs.get(`${name}InboxUrl`) ?? outputs.get(`${name}Url`);
    return name === undefined || source === undefined ? [] : [{ name, queues: queuesOf(sqs, { deadLetters, source }) }];
  });
};

const queuesOf = (sqs: SQSClient, urls: { readonly deadLetters: string; readonly source: string }): RedriveQueues => ({
  receive: async () => {
    const { Messages: messages = [] } = await reached(urls.deadLetters, () =>
      sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: urls.deadLetters,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          VisibilityTimeout: 60,
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      ),
    );
    return messages.map((message) => letterOf(sqs, urls.deadLetters, message));
  },
  putBack: async ({ body, group, messageId }) => {
    // A new name for a FIFO queue: under its old one it would be taken for what was sent before.
    const order = group === null ? {} : { MessageGroupId: group, MessageDeduplicationId: `redrive-${messageId}` };
    await reached(urls.source, () =>
      sqs.send(new SendMessageCommand({ QueueUrl: urls.source, MessageBody: body, ...order })),
    );
  },
});

const letterOf = (sqs: SQSClient, QueueUrl: string, message: Message): DeadLetter => ({
  messageId: message.MessageId ?? '',
  body: message.Body ?? '',
  group: message.Attributes?.MessageGroupId ?? null,
  remove: async () => {
    await reached(QueueUrl, () =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle })),
    );
  },
});

const reached = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new NotReached(`${what} could not be reached (${why}); check credentials, Region and --endpoint-url`, {
      cause: error,
    });
  }
};
