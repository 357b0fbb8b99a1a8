import { fourEyes } from '../people.ts';
import { type AnswerParts, type AnswerResult, done, refused } from './answer-ports.ts';
import type { Answering } from './handle-answer.ts';

const hourInMilliseconds = 3_600_000;

/** No more reminders for a while. */
export const snooze = async (parts: AnswerParts, answering: Answering): Promise<AnswerResult> => {
  const { value, at } = answering.answer;
  const hours = parts.config.slack?.snoozeHours ?? 0;
  const until = new Date(Date.parse(at) + hours * hourInMilliseconds).toISOString();
  if (value.deletionDate !== null && Date.parse(until) >= Date.parse(value.deletionDate)) {
    return refused(`Not snoozed: the key is deleted at ${value.deletionDate}, before ${hours} hours are over.`);
  }
  const move = { status: 'snoozed', what: `snoozed it until ${until}`, until } as const;
  return quiet(parts, answering, { ...move, says: `Snoozed until ${until}.` });
};

/** Somebody looks after it: no more reminders. */
export const acknowledge = (parts: AnswerParts, answering: Answering): Promise<AnswerResult> =>
  quiet(parts, answering, {
    status: 'acknowledged',
    what: 'acknowledged it',
    until: null,
    says: 'Acknowledged.',
  });

type Quiet = {
  readonly status: 'snoozed' | 'acknowledged';
  readonly what: string;
  readonly until: string | null;
  readonly says: string;
};

/** Nobody quiets the alert about his own call. */
const quiet = async (
  { config, ports }: AnswerParts,
  { answer, name }: Answering,
  { status, what, until, says }: Quiet,
): Promise<AnswerResult> => {
  const { keyArn, eventID, alertId, findingIds } = answer.value;
  const entry = keyArn === null || eventID === null ? null : await ports.entries.find(keyArn, eventID);
  const approver = { arn: null, slackUser: answer.user };
  if (entry !== null && fourEyes(config.slack, entry.call.actor, approver).fourEyes === 'same-person') {
    return refused('Nothing was done: you, or a role that you share, made the call. Somebody else must answer it.');
  }
  await ports.progress.moved({ alertId, keyArn, findingIds, status, by: name, what, at: answer.at, until });
  return done(says);
};
