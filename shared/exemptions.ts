import { type Approval, approvalFor } from './approvals.ts';
import type { Call, CallOf } from './calls/call.ts';
import type { GuardConfig, Waiver } from './config/config.ts';
import type { DecisionReason, RuleVerdict } from './decision.ts';
import { type Fact, type Facts, known } from './facts/facts.ts';
import { accountPathOf, type WaiverAnswer, type WaiverSubject, waiverFor } from './waivers.ts';

/** What people have allowed, besides the configuration, and what must be known of the key to say whether it is meant. */
export type Exemptions = {
  /** Of the key in hand; of no concern to a call that schedules no deletion. */
  readonly approvals: Fact<readonly Approval[]>;
  /** The ledger's own; those of the configuration count besides. */
  readonly waivers: Fact<readonly Waiver[]>;
  readonly aliases: Facts['aliases'];
  readonly tags: Facts['tags'];
};

/** Where no ledger is at hand, as in `replay`: nothing but the configuration allows anything. */
export const configuredOnly = ({ aliases, tags }: Pick<Facts, 'aliases' | 'tags'>): Exemptions => ({
  approvals: known([]),
  waivers: known([]),
  aliases,
  tags,
});

export type ExemptInput = {
  readonly verdicts: readonly RuleVerdict[];
  readonly call: Call | null;
  readonly keyArn: string | null;
  readonly account: string;
  readonly config: GuardConfig;
  readonly exemptions: Exemptions;
  readonly now: number;
};

export type Exempted = {
  /** Flagged and not exempted. */
  readonly standing: readonly RuleVerdict[];
  /** The planned deletion is approved. */
  readonly approved: boolean;
  readonly reasons: readonly DecisionReason[];
};

/** Which verdicts waivers and approvals answer, and why the others stand. */
export const exempt = (flagged: readonly RuleVerdict[], input: ExemptInput): Exempted => {
  const { exemptions, config } = input;
  const waivers = exemptions.waivers.known ? [...config.waivers, ...exemptions.waivers.value] : config.waivers;
  const judged = flagged.map((verdict) => ({ verdict, waiver: waiverFor(waivers, subjectOf(verdict.rule.id, input)) }));
  const unreadable: readonly DecisionReason[] = exemptions.waivers.known
    ? []
    : [{ id: 'waivers-unreadable', detail: exemptions.waivers.detail }];
  const waived = judged.flatMap(({ verdict, waiver }) => waiverReason(verdict.rule.id, waiver));
  const unwaived = judged.filter(({ waiver }) => waiver.waived !== 'yes').map(({ verdict }) => verdict);
  const approval = approve(unwaived, input);
  return {
    standing: approval.approved ? unwaived.filter((verdict) => !isApprovable(verdict)) : unwaived,
    approved: approval.approved,
    reasons: [...approval.reasons, ...waived, ...unreadable],
  };
};

const subjectOf = (rule: string, { keyArn, account, config, exemptions, now }: ExemptInput): WaiverSubject => ({
  rule,
  keyArn,
  account,
  aliases: exemptions.aliases,
  tags: exemptions.tags,
  accountPath: accountPathOf(config.accountPaths, account),
  now,
});

const waiverReason = (rule: string, answer: WaiverAnswer): readonly DecisionReason[] => {
  switch (answer.waived) {
    case 'no':
      return [];
    case 'yes': {
      const { owner, reason, expires } = answer.waiver;
      return [{ id: 'waived', rule, owner, reason, expires }];
    }
    case 'expired': {
      const { owner, expires } = answer.waiver;
      return [{ id: 'waiver-expired', rule, owner, expires }];
    }
    case 'unclear':
      return [{ id: 'waiver-unclear', rule, owner: answer.waiver.owner, lacks: answer.lacks, detail: answer.why }];
  }
};

/** A call that scheduled a deletion: not an attempt, not a dry run. */
export const schedulingOf = (call: Call | null): CallOf<'ScheduleKeyDeletion'> | null =>
  call?.operation === 'ScheduleKeyDeletion' && call.failure === null && !call.dryRun ? call : null;

/** An approval answers what is known to be wrong, never what could not be decided. */
export const isApprovable = ({ rule, verdict }: RuleVerdict): boolean =>
  rule.approvable === true && verdict.verdict === 'violation';

/** So many approvals that do not fit are named, the newest first. */
const namedMisfits = 3;

const approve = (
  unwaived: readonly RuleVerdict[],
  { call, config, exemptions: { approvals } }: ExemptInput,
): Pick<Exempted, 'approved' | 'reasons'> => {
  const scheduling = schedulingOf(call);
  if (scheduling === null || !unwaived.some(isApprovable)) return { approved: false, reasons: [] };
  if (!approvals.known) {
    return { approved: false, reasons: [{ id: 'approvals-unreadable', detail: approvals.detail }] };
  }
  const answer = approvalFor(approvals.value, scheduling, config.slack);
  if (!answer.approved) {
    const reasons = answer.misfits
      .slice(0, namedMisfits)
      .map(({ approval, misfit }): DecisionReason => ({ id: 'approval-mismatch', approval: approval.id, misfit }));
    return { approved: false, reasons };
  }
  const { id: approval, requester, approver, until, minimumWindowInDays, reason, ticket } = answer.approval;
  const approved = { requester, approver: approver.name, until, minimumWindowInDays, reason, ticket };
  return { approved: true, reasons: [{ id: 'approved', approval, ...approved }] };
};
