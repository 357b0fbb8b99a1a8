import { matchesArnPattern } from '../../arn-pattern.ts';
import type { Actor, CallOf } from '../../calls/call.ts';
import type { GuardConfig } from '../../config/config.ts';
import type { Fact, KeyHistory } from '../../facts/facts.ts';
import type { Reason } from '../define-rule.ts';
import { reasonsOf } from '../reason.ts';
import { windowOf } from './window.ts';

export const schedulingTexts = {
  shortWindow: 'The waiting period is {days} days, shorter than the configured {minimumWindowInDays}',
  windowUnknown: 'The waiting period is unknown: CloudTrail left the request out for its size',
  rootActor: 'The root user of account {account} scheduled it',
  unexpectedActor: '{actor} is not among those who may schedule deletions (deletion.expectedActors)',
  disabledBefore: 'The same actor disabled the key {minutes} minutes before',
} as const;
const reason = reasonsOf(schedulingTexts);

const millisecondsInHour = 3_600_000;
type Scheduling = CallOf<'ScheduleKeyDeletion'>;

/** What speaks against a deletion in the call that scheduled it: who made it, how, and what that actor did before. */
export const schedulingReasons = (
  call: Scheduling,
  config: GuardConfig,
  history: Fact<KeyHistory>,
): readonly Reason[] => [
  ...windowReasons(call, config),
  ...actorReasons(call, config),
  ...disabledBefore(call, history),
];

const windowReasons = (call: Scheduling, { deletion: { minimumWindowInDays } }: GuardConfig): readonly Reason[] => {
  const days = windowOf(call);
  if (days === null) return [reason('windowUnknown')];
  return days >= minimumWindowInDays ? [] : [reason('shortWindow', { days, minimumWindowInDays })];
};

const actorReasons = ({ actor, account }: Scheduling, config: GuardConfig): readonly Reason[] => {
  const { expectedActors } = config.deletion;
  const arns = [actor.arn, actor.issuerArn].filter((arn) => arn !== null);
  const expected =
    expectedActors.length === 0 ||
    expectedActors.some((pattern) => arns.some((arn) => matchesArnPattern(pattern, arn)));
  return [
    ...(actor.type === 'Root' ? [reason('rootActor', { account: actor.accountId ?? account })] : []),
    ...(expected ? [] : [reason('unexpectedActor', { actor: nameOf(actor) })]),
  ];
};

const nameOf = (actor: Actor): string =>
  actor.arn ?? actor.invokedBy ?? `an actor of type ${actor.type} without an ARN`;

/** Disabling first is how a deletion is hidden: nobody notices a key that fails already. */
const disabledBefore = (call: Scheduling, history: Fact<KeyHistory>): readonly Reason[] => {
  const { arn } = call.actor;
  if (!history.known || arn === null) return [];
  for (const change of history.value.stateChanges) {
    const before = call.time - Date.parse(change.at);
    const sameActor = change.actorArn !== null && principalOf(change.actorArn) === principalOf(arn);
    if (change.state === 'Disabled' && before >= 0 && before <= millisecondsInHour && sameActor) {
      return [reason('disabledBefore', { minutes: Math.floor(before / 60_000), at: change.at })];
    }
  }
  return [];
};

/** A role session without its name: a second session of the same role is the same actor. */
const principalOf = (arn: string): string => {
  const [, role] = /^(arn:[^:]*:sts::[^:]*:assumed-role\/[^/]+)\//.exec(arn) ?? [];
  return role ?? arn;
};
