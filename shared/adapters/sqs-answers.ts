import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { RetryableFault } from '../ports.ts';
import { answerText } from '../slack-actions/slack-answer.ts';
import type { AnswerQueue } from '../slack-actions/take-request.ts';

/** The queue from `slack-actions` to `slack-answers`. */
export const sqsAnswers = (client: SQSClient, queueUrl: string): AnswerQueue => ({
  put: async (answer) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: answerText(answer) }));
    } catch (error) {
      throw new RetryableFault('the queue did not take the answer', { cause: error });
    }
  },
});
