import { escaped } from '../alerts/slack/slack-text.ts';
import { type AnswerParts, type AnswerResult, refused } from './answer-ports.ts';
import { approveDeletion } from './approve-deletion.ts';
import { keepKey } from './keep-key.ts';
import { isResponseUrl } from './response-url.ts';
import { acknowledge, snooze } from './quiet-alert.ts';
import type { SlackAnswer } from './slack-answer.ts';

/** One click, by somebody whom the configuration knows. */
export type Answering = {
  readonly answer: SlackAnswer;
  /** The name that the configuration gives. */
  readonly name: string;
  /** 1 for the first delivery of this answer. */
  readonly attempt: number;
};

/**
 * Does what a person asked for in Slack, tells them what came of it, and records both. Doing it twice is doing it once.
 * @throws RetryableFault when another attempt may succeed: the answer then returns to its queue
 */
export const handleAnswer = async (parts: AnswerParts, answer: SlackAnswer, attempt: number): Promise<AnswerResult> => {
  const { ports, config, hooksOrigin } = parts;
  const users = config.slack?.users ?? {};
  const name = Object.hasOwn(users, answer.user) ? users[answer.user]?.name : undefined;
  const result = name === undefined ? stranger(answer) : await act(parts, { answer, name, attempt });
  await ports.answers.record(answer, result);
  const { id, user, action, responseUrl } = answer;
  ports.log.info('answered', { id, user, action, ...result });
  if (responseUrl !== null && isResponseUrl(responseUrl, hooksOrigin)) {
    await ports.replies.send(responseUrl, escaped(result.says));
  }
  return result;
};

const stranger = ({ user }: SlackAnswer): AnswerResult =>
  refused(
    `Nothing was done: the configuration does not know the Slack user ${user}. Somebody must add them to slack.users in guard.config.json, with their AWS principals.`,
  );

const act = (parts: AnswerParts, answering: Answering): Promise<AnswerResult> => {
  switch (answering.answer.action) {
    case 'approve':
      return approveDeletion(parts, answering);
    case 'keep':
      return keepKey(parts, answering);
    case 'snooze':
      return snooze(parts, answering);
    case 'acknowledge':
      return acknowledge(parts, answering);
  }
};
