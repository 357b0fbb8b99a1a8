import type { DecisionReason } from '../decision.ts';
import { plain } from '../rules/explain.ts';
import { misfitText } from './misfit-text.ts';

/** A decision's reason in words. */
export const reasonText = (reason: DecisionReason): string => {
  switch (reason.id) {
    case 'compliant':
      return 'nothing to flag';
    case 'own-actor':
      return `the guard's own call (${plain(reason.actor)})`;
    case 'impostor':
      return `made with the guard's own role (${plain(reason.actor)}), which never makes this call: its credentials may be stolen`;
    case 'violation':
      return `violates ${reason.rule}`;
    case 'undetermined':
      return `${reason.rule} could not be decided`;
    case 'waived':
      return `${reason.rule} is waived until ${reason.expires} by ${plain(reason.owner)}: ${plain(reason.reason)}`;
    case 'waiver-expired':
      return `the waiver of ${reason.rule} by ${plain(reason.owner)} expired on ${reason.expires}`;
    case 'waiver-unclear':
      return `the waiver of ${reason.rule} by ${plain(reason.owner)} does not hold: the ${reason.lacks} of the key are unknown (${plain(reason.detail)})`;
    case 'approved':
      return `approved by ${plain(reason.approver)} for ${plain(reason.requester)}, with ${reason.minimumWindowInDays} days or more, to be scheduled before ${reason.until}${reason.ticket === null ? '' : ` (${plain(reason.ticket)})`}: ${plain(reason.reason)} [approval ${plain(reason.approval)}]`;
    case 'approval-mismatch':
      return `approval ${plain(reason.approval)} does not permit it: ${misfitText(reason.misfit)}`;
    case 'approvals-unreadable':
      return `not approved, for the approvals could not be read: ${plain(reason.detail)}`;
    case 'waivers-unreadable':
      return `the ledger's waivers could not be read and do not count: ${plain(reason.detail)}`;
    case 'observe-mode':
      return `observe mode: in enforce mode the guard would run ${reason.remedy}`;
    case 'replayed-too-old':
      return `replayed (${plain(reason.replayName)}) ${reason.ageInMinutes} minutes after the call: too old to act upon`;
    case 'brought-by-sweep':
      return `the nightly sweep found the key still pending and brought this call: its event was lost, or could not be acted on when it came (sweep ${plain(reason.sweep)})`;
    case 'breaker-tripped':
      return `the circuit breaker tripped: more than ${reason.limit} remedies of this kind in this hour and account, the guard only alerts`;
  }
};
