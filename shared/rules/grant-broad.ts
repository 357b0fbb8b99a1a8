import { compliant, defineRule, type JudgeInput, type Reason, type Verdict } from './define-rule.ts';
import { grantTexts, type JudgedGrant, judgeGrants, justMade } from './grants/judged-grants.ts';
import { grantValues } from './grants/words.ts';
import { reasonsOf } from './reason.ts';

const texts = {
  toPerson: 'Grant {grantId} is held by a person, {grantee}, for {operations}',
  toAccount:
    'Grant {grantId} is held by every principal of account {account} that its IAM policies allow, for {operations}',
  handsOn: 'Grant {grantId} lets {grantee} make further grants without limit, for {operations}',
} as const;
const reason = reasonsOf(texts);

/**
 * Grants are for programs and services, for a while: in no policy, without expiry, they outlive the reason for them.
 * A grant to an AWS service is how that service works. KMS developer guide, "Grants in AWS KMS".
 */
export const grantBroad = defineRule({
  id: 'grant-broad',
  title: 'A grant is held by a person or an account, or can be handed on without limit',
  guard: 'policy-guard',
  severity: 'medium',
  watches: ['CreateGrant'],
  sweep: true,
  needs: ['grants'],
  remedy: 'revokeGrant',
  controls: [],
  messages: { ...grantTexts, ...texts, broad: 'Grants that are wider than a program needs: {count}' },
  remediation:
    'Give people access by the key policy or IAM, and revoke the grant. ' +
    'Leave CreateGrant out of a grant, or bind it to an encryption context.',
  judge: (input) => judgeGrants(input, (grants) => judgeBroad(grants, input)),
});

const shownReasons = 12;

const judgeBroad = (grants: readonly JudgedGrant[], { call }: JudgeInput): Verdict => {
  const broad = grants.flatMap((grant) => {
    const why = reasonFor(grant);
    return why === null ? [] : [{ grantId: grant.grant.grantId, why }];
  });
  if (broad.length === 0) return compliant;
  return {
    verdict: 'violation',
    message: 'broad',
    data: {
      count: broad.length,
      grantIds: broad.slice(0, 50).map(({ grantId }) => grantId),
      reasons: broad.slice(0, shownReasons).map(({ why }) => why),
    },
    ...justMade(call),
  };
};

const reasonFor = (judged: JudgedGrant): Reason | null => {
  const { grant, grantee, limited } = judged;
  switch (grantee.kind) {
    case 'service':
    case 'nobody':
      return null;
    case 'person':
      return reason('toPerson', grantValues(judged));
    case 'account':
      return reason('toAccount', grantValues(judged));
    case 'role':
    case 'unreadable':
      return grant.operations.includes('CreateGrant') && !limited ? reason('handsOn', grantValues(judged)) : null;
  }
};
