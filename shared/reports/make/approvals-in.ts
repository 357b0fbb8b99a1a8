import { type Approval, approvalState } from '../../approvals.ts';
import type { ReportApproval, ReportPeriod } from '../report-input.ts';
import type { ReportSources } from './ports.ts';

/** Those given or used in the period, and those that still hold; null where they cannot be read. */
export const approvalsIn = async (
  { from, to }: ReportPeriod,
  { approvals }: Pick<ReportSources, 'approvals'>,
): Promise<readonly ReportApproval[] | null> => {
  const all = await approvals.all();
  if (!all.known) return null;
  return all.value
    .filter(({ grantedAt, until, used }) => grantedAt <= to && (until >= from || (used !== null && used.at >= from)))
    .map((approval) => reportedApproval(approval, Date.parse(to)));
};

const states = { granted: 'approved', used: 'used', expired: 'expired', revoked: 'revoked' } as const;

const reportedApproval = (approval: Approval, now: number): ReportApproval => ({
  keyArn: approval.keyArn,
  state: states[approvalState(approval, now)],
  requestedBy: approval.requester,
  requestedAt: approval.grantedAt,
  decidedBy: approval.revoked?.by ?? approval.approver.name,
  decidedAt: approval.revoked?.at ?? approval.grantedAt,
  expiresAt: approval.until,
  reason: approval.reason,
});
