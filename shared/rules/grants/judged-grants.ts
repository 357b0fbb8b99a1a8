import type { Call, CallOf } from '../../calls/call.ts';
import { partsOfKeyArn } from '../../calls/key-arn.ts';
import type { Fact, Grant } from '../../facts/facts.ts';
import { type JudgeInput, notApplicable, type Verdict } from '../define-rule.ts';
import { undeterminedBy, undeterminedTexts } from '../reason.ts';
import { type Grantee, granteeOf } from './grantee.ts';

export type JudgedGrant = {
  readonly grant: Grant;
  readonly grantee: Grantee;
  /** What its holder can do is bound by an encryption context or a source ARN. */
  readonly limited: boolean;
};

export const grantTexts = {
  ...undeterminedTexts,
  omitted:
    'What the grant allows is unknown: CloudTrail left the request out for its size, and the grant is not listed',
  partial: 'Nothing to flag among the grants that were read, but there are more: {detail}',
} as const;

/**
 * An event is about its own grant: busy keys get many, and an old one must not be told again with each. A sweep looks at all.
 * A listing lags behind by minutes, so a grant that is not listed yet is judged by its call.
 */
export const judgeGrants = (input: JudgeInput, judge: (grants: readonly JudgedGrant[]) => Verdict): Verdict => {
  const { call, facts } = input;
  if (call === null) return judgeAll(facts.grants, judge);
  if (call.operation !== 'CreateGrant' || call.failure !== null || call.dryRun || isElsewhere(call))
    return notApplicable;
  const listed = facts.grants.known ? facts.grants.value.find(({ grantId }) => grantId === call.grantId) : undefined;
  if (listed !== undefined) return judge([judgedGrant(listed)]);
  if (call.requestOmitted) return { verdict: 'undetermined', message: 'omitted', data: { grantId: call.grantId } };
  return judge([{ ...judgedGrant(grantOf(call)), limited: call.hasConstraints }]);
};

/** A call on the key of another account is recorded in both: the owner of the key judges it. */
const isElsewhere = ({ keyArn, account }: Call): boolean => (partsOfKeyArn(keyArn)?.account ?? account) !== account;

const judgeAll = (grants: Fact<readonly Grant[]>, judge: (grants: readonly JudgedGrant[]) => Verdict): Verdict => {
  if (!grants.known) return undeterminedBy('grants', grants);
  const verdict = judge(grants.value.map(judgedGrant));
  const { detail } = grants;
  return verdict.verdict === 'compliant' && detail !== undefined
    ? { verdict: 'undetermined', message: 'partial', severity: 'info', data: { detail } }
    : verdict;
};

const judgedGrant = (grant: Grant): JudgedGrant => ({
  grant,
  grantee: granteeOf(grant),
  limited: Object.values(grant.constraints ?? {}).some((constraint) => constraint !== null),
});

const grantOf = (call: CallOf<'CreateGrant'>): Grant => ({
  grantId: call.grantId ?? 'unknown',
  name: null,
  granteePrincipal: call.granteePrincipal,
  granteeServicePrincipal: null,
  retiringPrincipal: call.retiringPrincipal,
  operations: call.operations,
  issuingAccount: null,
  creationDate: call.eventTime,
  constraints: null,
});

/** A remedy fits the grant that was just made; on an old one somebody's work may stand. */
export const justMade = (call: Call | null): { readonly remedy?: null } => (call === null ? { remedy: null } : {});
