import { isTold } from '../brought.ts';
import type { LedgerEntry } from '../ledger/entries.ts';
import type { RemedyName } from '../remedies/remedy-names.ts';
import type { ReportAction } from './report-input.ts';

/** What an entry of the ledger tells a report; null where the guard had nothing to tell or to do. */
export const actionOf = (entry: LedgerEntry): ReportAction | null => {
  const { guard, eventID, at, call, verdicts, decision, outcomes } = entry;
  const approval = decision.reasons.find((reason) => reason.id === 'approved');
  if (decision.action === 'ignore' && approval === undefined) return null;
  // What stands is looked at every night: that is no deed.
  if (entry.broughtBy !== undefined && !isTold(decision) && outcomes.length === 0) return null;
  const first = outcomes[0];
  return {
    eventID,
    guard,
    at,
    account: call.account,
    region: call.region,
    keyArn: call.keyArn,
    eventName: call.eventName,
    eventTime: call.eventTime,
    actor: call.actor.arn ?? call.actor.invokedBy,
    rules: verdicts.flatMap(({ rule, verdict }) =>
      verdict === 'violation' || verdict === 'undetermined' ? [rule] : [],
    ),
    severity: decision.severity,
    decision: decision.action === 'remedy' ? 'remedy' : 'alert',
    remedy: decision.remedy,
    wouldRemedy: decision.wouldRemedy,
    reasons: decision.reasons,
    outcomes,
    before: first === undefined ? null : undone[first.remedy],
    // The last remedy has the last word: each was verified by reading the key again.
    after: outcomes.at(-1)?.detail ?? null,
    approvedBy: approval?.approver ?? null,
  };
};

/** The state that each remedy ends: it is only planned where it holds. */
const undone: Readonly<Record<RemedyName, string>> = {
  cancelKeyDeletion: 'pending deletion',
  restoreKeyState: 'disabled',
  enableKeyRotation: 'automatic rotation off',
  restoreKeyPolicy: 'the key policy that the call put',
  revokeGrant: 'the grant that the call made',
};
