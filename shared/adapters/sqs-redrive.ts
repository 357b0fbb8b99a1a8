import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter, RedriveQueues } from '../redrive.ts';
import { asked, clientOf, type StackPlace, stackOutputs } from './stack-outputs.ts';

/** A queue of the stack, by the name that its outputs share: `DeletionGuard`, `Outbox`. */
export type NamedQueues = { readonly name: string; readonly queues: RedriveQueues };

const deadLettersOutput = /^(.+)DeadLettersUrl$/;

/** Every queue of a deployed guard that has dead letters, by the stack's outputs. @throws NotReached */
export const deadLetterQueues = async (place: StackPlace): Promise<readonly NamedQueues[]> => {
  const outputs = await stackOutputs(place);
  const sqs = new SQSClient(clientOf(place));
  return [...outputs].flatMap(([output, deadLetters]) => {
    const name = deadLettersOutput.exec(output)?.[1];
    const source = outputs.get(`${name}InboxUrl`) ?? outputs.get(`${name}Url`);
    return name === undefined || source === undefined ? [] : [{ name, queues: queuesOf(sqs, { deadLetters, source }) }];
  });
};

const queuesOf = (sqs: SQSClient, urls: { readonly deadLetters: string; readonly source: string }): RedriveQueues => ({
  receive: async () => {
    const { Messages: messages = [] } = await asked(urls.deadLetters, () =>
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
    await asked(urls.source, () =>
      sqs.send(new SendMessageCommand({ QueueUrl: urls.source, MessageBody: body, ...order })),
    );
  },
});

const letterOf = (sqs: SQSClient, QueueUrl: string, message: Message): DeadLetter => ({
  messageId: message.MessageId ?? '',
  body: message.Body ?? '',
  group: message.Attributes?.MessageGroupId ?? null,
  remove: async () => {
    await asked(QueueUrl, () => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle })));
  },
});
