import type { Misfit } from '../approvals.ts';
import { plain } from '../rules/explain.ts';

/** Why an approval does not permit a call, as the end of a sentence. */
export const misfitText = (misfit: Misfit): string => {
  switch (misfit.why) {
    case 'revoked':
      return `${plain(misfit.by)} revoked it at ${misfit.at}`;
    case 'used':
      return `it permitted one deletion, and event ${plain(misfit.eventID)} was that`;
    case 'expired':
      return `the deletion had to be scheduled before ${misfit.until}`;
    case 'other-requester':
      return `it is for ${plain(misfit.requester)}`;
    case 'same-person':
      return `${plain(misfit.approver)} approved it and made the call: four eyes are needed`;
    case 'no-approver':
      return `${plain(misfit.approver)} is none of those who may approve (slack.approvers)`;
    case 'unknown-person':
      return `slack.users does not tell who ${plain(misfit.principal)} is, so that four eyes are not proven`;
    case 'window-unknown':
      return `it asks for a waiting period of ${misfit.minimumWindowInDays} days or more, and that of the call is unknown`;
    case 'short-window':
      return `it asks for a waiting period of ${misfit.minimumWindowInDays} days or more, not ${misfit.days}`;
  }
};
