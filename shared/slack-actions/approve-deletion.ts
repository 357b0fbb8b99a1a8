import { createHash } from 'node:crypto';
import { type Approval, approvalState } from '../approvals.ts';
import { matchesArnPattern } from '../arn-pattern.ts';
import type { Actor } from '../calls/call.ts';
import type { SlackConfig } from '../config/slack-config.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import { fourEyes } from '../people.ts';
import { principalOf } from '../principal.ts';
import { isPending } from '../remedies/await-state.ts';
import { plain } from '../rules/explain.ts';
import { type AnswerParts, type AnswerResult, done, refused } from './answer-ports.ts';
import { markApproved } from './approved-findings.ts';
import type { Answering } from './handle-answer.ts';
import type { SlackAnswer } from './slack-answer.ts';

const hourInMilliseconds = 3_600_000;

/**
 * Approves the deletion that an alert was about, as it was scheduled: this key, this requester, a window as long. While it is
 * still pending it goes its way; where it was cancelled, the requester may schedule it again for a while.
 */
export const approveDeletion = async (
  { config, ports }: AnswerParts,
  { answer, name }: Answering,
): Promise<AnswerResult> => {
  const { keyArn, eventID, alertId, findingIds } = answer.value;
  const { slack } = config;
  if (slack === null || keyArn === null || eventID === null) return refused(nothingToApprove);
  const entry = await ports.entries.find(keyArn, eventID);
  const planned = plannedIn(entry, keyArn);
  if (entry === null || planned === null) return refused(nothingToApprove);
  const no = objection(slack, { answer, actor: planned.actor });
  if (no !== null) return refused(no);
  if (planned.days === null) return refused('Not approved: the waiting period of the deletion is unknown.');
  const pending = await isStillPending(ports.reader, answer);
  const approval = approvalOf({ ...planned, days: planned.days }, { slack, answer, name, pending });
  await ports.approvals.add(approval);
  const standing = await standingOf(ports.approvals, approval);
  if (standing !== null) return refused(standing);
  if (pending) await markApproved(ports.findings, entry, answer.at);
  const { requester, until, minimumWindowInDays } = approval;
  const terms = pending
    ? 'the deletion that is pending may go its way'
    : `${plain(requester)} may schedule it again until ${until}, with ${minimumWindowInDays} days or more`;
  const answered = { status: 'approved', by: name, at: answer.at, until: pending ? null : until } as const;
  await ports.progress.moved({ ...answered, alertId, keyArn, findingIds, what: `approved the deletion: ${terms}` });
  return done(`Approved: ${terms}.`);
};

type Planned = {
  readonly keyArn: string;
  readonly eventID: string;
  readonly actor: Actor;
  readonly days: number | null;
};

type Granting = {
  readonly slack: SlackConfig;
  readonly answer: SlackAnswer;
  readonly name: string;
  readonly pending: boolean;
};

/** Its id is that of the planned deletion: however often people click, there is one approval for it. */
const approvalOf = (
  { keyArn, eventID, actor, days }: Planned & { readonly days: number },
  { slack, answer: { user, at, value }, name, pending }: Granting,
): Approval => ({
  id: `slack-${createHash('sha256').update(`${keyArn}\n${eventID}`).digest('hex').slice(0, 16)}`,
  keyArn,
  requester: requesterOf(slack, actor),
  approver: { arn: null, slackUser: user, name },
  minimumWindowInDays: days,
  until: new Date(Date.parse(at) + slack.approvalHours * hourInMilliseconds).toISOString(),
  reason: `approved in Slack after event ${eventID}`,
  ticket: null,
  grantedAt: at,
  revoked: null,
  used: pending ? { at, eventID, deletionDate: value.deletionDate } : null,
});

const nothingToApprove =
  'Not approved: the ledger knows no deletion that was scheduled by the call behind this message. Use "kms-guard approvals grant".';

/** What was planned, as the guard recorded it; a failed call planned nothing. */
const plannedIn = (entry: LedgerEntry | null, keyArn: string): Planned | null => {
  if (entry?.call.eventName !== 'ScheduleKeyDeletion' || entry.call.failure !== null) return null;
  const scheduled = entry.verdicts.find(({ rule }) => rule === 'deletion-scheduled');
  const days = scheduled?.data['pendingWindowInDays'];
  return { keyArn, eventID: entry.eventID, actor: entry.call.actor, days: typeof days === 'number' ? days : null };
};

const objection = (
  slack: SlackConfig,
  { answer: { user }, actor }: { readonly answer: SlackAnswer; readonly actor: Actor },
): string | null => {
  const eyes = fourEyes(slack, actor, { arn: null, slackUser: user });
  switch (eyes.fourEyes) {
    case 'yes':
      return null;
    case 'no-approver':
      return 'Not approved: you are not among those who may approve (slack.approvers in guard.config.json).';
    case 'same-person':
      return 'Not approved: you, or a role that you share, made the call. A second person must approve it.';
    case 'unknown-person':
      return `Not approved: slack.users in guard.config.json does not tell who ${plain(eyes.principal)} is, so it is not proven that you are a second person. Add that principal to its person there.`;
  }
};

/** One session only where the mapping knows the person by it; whoever uses the role otherwise has a new session each time. */
const requesterOf = ({ users }: SlackConfig, { arn, issuerArn }: Actor): string => {
  const made = arn ?? '';
  const { arn: principal, session } = principalOf(made);
  const patterns = Object.values(users).flatMap(({ principals }) => principals);
  const byRole = patterns.some((pattern) =>
    [issuerArn, principal].some((each) => each !== null && matchesArnPattern(pattern, each)),
  );
  return session === null || byRole ? principal : made;
};

/** Does the very deletion of the message still stand? */
const isStillPending = async (
  reader: AnswerParts['ports']['reader'],
  { value: { keyArn, deletionDate } }: SlackAnswer,
): Promise<boolean> => {
  const look = keyArn === null ? null : await reader.describe(keyArn);
  if (look === null || !look.known || !isPending(look.value.keyState)) return false;
  const [now, then] = [look.value.deletionDate, deletionDate].map((date) => (date === null ? null : Date.parse(date)));
  return now === then;
};

/** Somebody was first, and may have taken it back: null where this approval is the one in the book. */
const standingOf = async (book: AnswerParts['ports']['approvals'], mine: Approval): Promise<string | null> => {
  const all = await book.of(mine.keyArn);
  if (!all.known) return `Not approved: ${all.detail}.`;
  const kept = all.value.find(({ id }) => id === mine.id);
  if (kept === undefined) return 'Not approved: the approval was not kept.';
  if (
    kept.grantedAt === mine.grantedAt &&
    kept.approver.slackUser === mine.approver.slackUser &&
    kept.revoked === null
  ) {
    return null;
  }
  const state = approvalState(kept, Date.parse(mine.grantedAt));
  return state === 'granted'
    ? `${kept.approver.name} approved it already, until ${kept.until}.`
    : `Nothing was changed: the approval that ${kept.approver.name} gave for this deletion is ${state}. Use "kms-guard approvals grant" for another.`;
};
