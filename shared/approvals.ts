import type { Call, CallOf } from './calls/call.ts';
import { type Approvers, fourEyes, type Person } from './people.ts';
import { isPrincipal } from './principal.ts';
import { windowOf } from './rules/deletion/window.ts';

/** A second person's permission for one planned deletion of one key. Times are ISO 8601. */
export type Approval = {
  readonly id: string;
  /** This key alone: each replica of a multi-Region key has an ARN, and needs an approval, of its own. */
  readonly keyArn: string;
  /** Who may schedule the deletion: a user, a role in any session, or one session of a role. */
  readonly requester: string;
  readonly approver: Person;
  /** A shorter waiting period is not what was approved. */
  readonly minimumWindowInDays: number;
  /** The deletion must be scheduled before. */
  readonly until: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly grantedAt: string;
  readonly revoked: { readonly at: string; readonly by: string } | null;
  /** The one ScheduleKeyDeletion that it permitted. */
  readonly used: {
    readonly at: string;
    readonly eventID: string;
    /** When KMS was to delete the key; null where that is unknown, as for a primary that waits for its replicas. */
    readonly deletionDate: string | null;
  } | null;
};

export type ApprovalState = 'granted' | 'used' | 'expired' | 'revoked';

export const approvalState = ({ revoked, used, until }: Approval, now: number): ApprovalState => {
  if (revoked !== null) return 'revoked';
  if (used !== null) return 'used';
  return now < Date.parse(until) ? 'granted' : 'expired';
};

/** Why an approval of this key does not permit this call. */
export type Misfit =
  | { readonly why: 'revoked'; readonly at: string; readonly by: string }
  | { readonly why: 'used'; readonly eventID: string }
  | { readonly why: 'expired'; readonly until: string }
  | { readonly why: 'other-requester'; readonly requester: string }
  | { readonly why: 'same-person'; readonly approver: string }
  | { readonly why: 'no-approver'; readonly approver: string }
  | { readonly why: 'unknown-person'; readonly principal: string }
  | { readonly why: 'window-unknown'; readonly minimumWindowInDays: number }
  | { readonly why: 'short-window'; readonly days: number; readonly minimumWindowInDays: number };

export type ApprovalAnswer =
  | { readonly approved: true; readonly approval: Approval }
  | {
      readonly approved: false;
      /** Newest first. */
      readonly misfits: readonly { readonly approval: Approval; readonly misfit: Misfit }[];
    };

type Scheduling = CallOf<'ScheduleKeyDeletion'>;

/**
 * Does one of the key's approvals permit this call? The call's own time is compared with `until`: what was scheduled in
 * time stays permitted however late its event comes.
 */
export const approvalFor = (approvals: readonly Approval[], call: Scheduling, policy: Approvers): ApprovalAnswer => {
  const ofKey = approvals
    .filter(({ keyArn }) => keyArn === call.keyArn)
    .toSorted((one, other) => Date.parse(other.grantedAt) - Date.parse(one.grantedAt));
  const judged = ofKey.map((approval) => ({ approval, misfit: misfitOf(approval, call, policy) }));
  const fitting = judged.find(({ misfit }) => misfit === null);
  if (fitting !== undefined) return { approved: true, approval: fitting.approval };
  return {
    approved: false,
    misfits: judged.flatMap(({ approval, misfit }) => (misfit === null ? [] : [{ approval, misfit }])),
  };
};

/** The event that an approval is used by: a late or corrected copy of a record tells of the same deletion. */
export const deedOf = ({ eventID, addendum }: Pick<Call, 'eventID' | 'addendum'>): string =>
  addendum?.originalEventID ?? eventID;

/** Null: it fits. */
const misfitOf = (approval: Approval, call: Scheduling, policy: Approvers): Misfit | null => {
  const { revoked, used, until, requester, approver, minimumWindowInDays } = approval;
  if (revoked !== null) return { why: 'revoked', ...revoked };
  if (used !== null && used.eventID !== deedOf(call)) return { why: 'used', eventID: used.eventID };
  // Not `call.time >= ...`: a date that cannot be read permits nothing.
  if (!(call.time < Date.parse(until))) return { why: 'expired', until };
  if (!isPrincipal(requester, call.actor)) return { why: 'other-requester', requester };
  const eyes = fourEyes(policy, call.actor, approver);
  if (eyes.fourEyes === 'unknown-person') return { why: 'unknown-person', principal: eyes.principal };
  if (eyes.fourEyes !== 'yes') return { why: eyes.fourEyes, approver: approver.name };
  const days = windowOf(call);
  if (days === null) return { why: 'window-unknown', minimumWindowInDays };
  return days >= minimumWindowInDays ? null : { why: 'short-window', days, minimumWindowInDays };
};
